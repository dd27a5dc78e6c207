"""A real Prometheus scrapes a program that runs: every query of alerts and dashboard is answered."""

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from courtside.app.run import started
from courtside.settings import Settings
from tests.support.watching import ALERTS, PANELS, program

SECONDS = 60.0
pytestmark = pytest.mark.timeout(120)
QUERIES = {rule.alert: rule.expr for rule in ALERTS} | {
    f"{panel.title} {n}": each.expr for panel in PANELS for n, each in enumerate(panel.targets)
}


@asynccontextmanager
async def prometheus(binary: str, target: str, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """One that looks at `target` four times a second."""
    config = folder / "prometheus.yaml"
    jobs = [{"job_name": "courtside", "static_configs": [{"targets": [target], "labels": {"role": "all"}}]}]
    scraping = {"scrape_interval": "250ms", "scrape_timeout": "250ms"}
    config.write_text(json.dumps({"global": scraping, "scrape_configs": jobs}), encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    process = await asyncio.create_subprocess_exec(
        binary,
        f"--config.file={config}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={address}",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://{address}", timeout=SECONDS) as client:
            yield client
    finally:
        process.terminate()
        await process.wait()


async def ask(client: httpx.AsyncClient, query: str) -> list[object]:
    answer = await client.get("/api/v1/query", params={"query": query})
    assert answer.status_code == 200, f"{query}: {answer.text}"
    found: list[object] = answer.json()["data"]["result"]
    return found


async def answered(client: httpx.AsyncClient, query: str) -> None:
    """Waits until there is something: a rate needs two looks at a series."""
    try:
        async with asyncio.timeout(SECONDS):
            while not await ask(client, query):
                await asyncio.sleep(0.1)
    except TimeoutError:
        pytest.fail(f"nothing for {query}")


async def listening(client: httpx.AsyncClient) -> None:
    async with asyncio.timeout(SECONDS):
        while True:
            try:
                await client.get("/-/ready")
                return
            except httpx.TransportError:
                await asyncio.sleep(0.1)


async def test_every_query_is_understood_and_answered_where_there_is_something(tmp_path: Path) -> None:
    binary = program("prometheus")
    settings = Settings(
        source="simulate",
        games=2,
        speed=100.0,
        http_port=0,
        ws_port=0,
        database="sqlite:///:memory:",
        log_dir=None,
    )
    async with (
        started(settings) as app,
        prometheus(binary, app.http_url.removeprefix("http://").rstrip("/"), tmp_path) as client,
    ):
        await listening(client)
        await answered(client, 'courtside_messages_total{type="play"}')
        names = set(re.findall(r"^(courtside_\w+?)(?:\{.*)? ", app.metrics.text().decode(), re.M))
        assert len(names) > 20
        expected = 0
        for query in QUERIES.values():
            shown = query.replace("$instance", ".*").replace("$__rate_interval", "30s")
            await ask(client, shown)
            compared = re.search(r" (==|>|<) |unless|absent", query) is not None
            if not compared and set(re.findall(r"courtside_\w+", query)) <= names:
                await answered(client, shown)
                expected += 1
        assert expected > 12
