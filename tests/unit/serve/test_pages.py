import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from courtside.serve.pages import STATIC, PageFiles, page


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(Starlette(routes=[Mount("/static", PageFiles())]))
    async with httpx.AsyncClient(transport=transport, base_url="http://courtside") as client:
        yield client


def parts() -> list[str]:
    """What the page at `/` names."""
    return re.findall(r'"(/static/[^"]+)"', (STATIC / "index.html").read_text(encoding="utf-8"))


def test_the_page_names_only_parts_that_exist() -> None:
    assert any(part.endswith(".js") for part in parts())
    assert any(part.endswith(".css") for part in parts())
    for part in parts():
        assert (STATIC / part.removeprefix("/static/")).is_file(), f"{part}: make web"


async def test_parts_whose_name_has_a_hash_of_them_are_kept_for_a_year(client: httpx.AsyncClient) -> None:
    for part in parts():
        kept = (await client.get(part)).headers["cache-control"]
        assert kept == ("public, max-age=31536000, immutable" if "/assets/" in part else "no-cache")


def test_everything_else_is_asked_for_again() -> None:
    assert page("index.html").headers["cache-control"] == "no-cache"
    assert page("reference.html").headers["cache-control"] == "no-cache"


def test_no_page_holds_a_script_or_a_style_that_the_policy_would_refuse() -> None:
    for path in [*STATIC.glob("*.html"), *STATIC.glob("assets/*.js")]:
        text = path.read_text(encoding="utf-8")
        assert " style=" not in text.replace(" style={", ""), path.name
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), path.name


async def test_nothing_outside_of_the_folder_is_served(client: httpx.AsyncClient) -> None:
    for path in ("/static/../pages.py", "/static/%2e%2e/pages.py", "/static/assets/"):
        assert (await client.get(path)).status_code == 404


def test_the_licences_of_what_the_page_contains_go_along() -> None:
    text = Path(STATIC / "licences.txt").read_text(encoding="utf-8")
    assert "solid-js" in text and "uplot" in text and text.count("Permission is hereby granted") == 2
