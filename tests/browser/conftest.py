"""A real Chromium, and a record of everything that a page complained of or asked for."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, ConsoleMessage, Error, Page, Request, async_playwright

from courtside.settings import Settings
from tools.chromium import ARGUMENTS, MISSING, chromium


def _chromium() -> str:
    found = chromium()
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    return found


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    executable = _chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        yield browser
        await browser.close()


class Watched:
    """A page with what it complained of, and the addresses that it asked for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.asked: list[str] = []
        page.on("console", self._on_console)
        page.on("pageerror", self._on_error)
        page.on("request", self._on_request)
        page.on("websocket", lambda socket: self.asked.append(socket.url))

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _on_error(self, error: Error) -> None:
        self.complaints.append(str(error))

    def _on_request(self, request: Request) -> None:
        self.asked.append(request.url)

    def hosts(self) -> set[str]:
        """Where the page went; what it holds itself (`data:`) is nowhere."""
        return {urlsplit(url).netloc for url in self.asked if not url.startswith("data:")}

    async def until(self, expression: str, argument: Any = None) -> None:
        """Waits until the JavaScript expression holds, ten seconds at most.

        Asked again and again from here: waiting inside the page would run a string as a script, which
        its Content-Security-Policy forbids.
        """
        async with asyncio.timeout(10):
            while not await self.page.evaluate(expression, argument):
                await asyncio.sleep(0.03)

    async def text(self, selector: str) -> str:
        return await self.page.locator(selector).first.inner_text()


@pytest.fixture
async def watched(browser: Browser) -> Watched:
    return Watched(await browser.new_page(viewport={"width": 1000, "height": 700}))


@pytest.fixture
def settings() -> Callable[..., Settings]:
    """Settings of a program that leaves nothing behind, with changes."""

    def make(**changes: Any) -> Settings:
        base: dict[str, Any] = {
            "http_port": 0,
            "ws_port": 0,
            "database": "sqlite:///:memory:",
            "log_dir": None,
        }
        return Settings(**(base | changes))

    return make
