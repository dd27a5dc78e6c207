"""Downloads from a pretended site, and through nba_api from a server on loopback that answers like it."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from courtside.clock import ManualClock
from courtside.errors import BadFeed, FeedUnavailable
from courtside.sources.simulator_recording import box_score_file, play_by_play
from courtside.training.history_fetch import Fetched, Kind, ListedGame, Site, fetch
from courtside.training.history_nba_api import NbaApi
from tests.unit.training.stats_writer import simulated

GAMES = [simulated(number) for number in (1, 2)]
BODIES: dict[tuple[str, str], bytes] = {
    (kind, game.game_id): msgspec.json.encode(make(game))
    for game in GAMES
    for kind, make in (("playbyplay", play_by_play), ("boxscore", box_score_file))
}
DENIED = b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>"


class PretendedSite:
    """Has the bodies; fails as often as it is told before each answer."""

    def __init__(self, bodies: dict[tuple[str, str], bytes], failures: int = 0) -> None:
        self.bodies = bodies
        self.asked: list[str] = []
        self._failures = failures

    def games(self, season: int, season_type: str) -> list[ListedGame]:
        self._answer(f"games {season} {season_type}")
        return [ListedGame(game.game_id, "2023-11-01") for game in GAMES]

    def body(self, kind: Kind, game_id: str) -> bytes:
        self._answer(f"{kind} {game_id}")
        try:
            return self.bodies[kind, game_id]
        except KeyError:
            raise BadFeed("access_denied", "no such file") from None

    def _answer(self, what: str) -> None:
        self.asked.append(what)
        if self._failures:
            self._failures -= 1
            raise FeedUnavailable("no answer")


async def download(site: Site, folder: Path, clock: ManualClock | None = None, pause: float = 1.0) -> Fetched:
    return await fetch(
        site,
        folder,
        seasons=[2023],
        season_types=["regular"],
        pause_seconds=pause,
        clock=clock or ManualClock(),
        progress=lambda name, done, total: None,
    )


async def test_a_download_leaves_recordings_and_pauses_between_requests(tmp_path: Path) -> None:
    clock, site = ManualClock(), PretendedSite(BODIES)
    fetched = await download(site, tmp_path, clock)
    assert (fetched.new, fetched.kept, fetched.total, fetched.missing) == (2, 0, 2, {})
    assert clock.now_ms() == (len(site.asked) - 1) * 1000
    names = {f"{kind}_{game_id}.json.gz" for kind, game_id in BODIES}
    assert {path.name for path in tmp_path.iterdir()} == names


async def test_a_second_download_asks_only_for_what_is_missing(tmp_path: Path) -> None:
    await download(PretendedSite(BODIES), tmp_path)
    (tmp_path / f"boxscore_{GAMES[1].game_id}.json.gz").unlink()
    site = PretendedSite(BODIES)
    fetched = await download(site, tmp_path)
    assert (fetched.new, fetched.kept) == (1, 1)
    assert site.asked[1:] == [f"boxscore {GAMES[1].game_id}", f"playbyplay {GAMES[1].game_id}"]


async def test_a_game_whose_files_are_not_kept_is_named(tmp_path: Path) -> None:
    bodies = {key: body for key, body in BODIES.items() if key[1] != GAMES[0].game_id}
    fetched = await download(PretendedSite(bodies), tmp_path)
    assert fetched.missing == {GAMES[0].game_id: "access_denied: no such file"}
    assert fetched.new == 1


async def test_a_game_that_is_still_on_is_not_kept(tmp_path: Path) -> None:
    file = box_score_file(GAMES[0])
    game = file["game"]
    assert isinstance(game, dict)
    game["gameStatus"] = 2
    fetched = await download(
        PretendedSite({**BODIES, ("boxscore", GAMES[0].game_id): msgspec.json.encode(file)}), tmp_path
    )
    assert fetched.missing[GAMES[0].game_id].startswith("not_final")


async def test_a_site_that_stutters_is_asked_again_after_a_wait(tmp_path: Path) -> None:
    clock = ManualClock()
    fetched = await download(PretendedSite(BODIES, failures=2), tmp_path, clock, pause=0)
    assert fetched.new == 2
    assert clock.now_ms() == 15_000


async def test_a_closed_network_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(FeedUnavailable, match=r"tried 3 times\. What was downloaded is kept"):
        await download(PretendedSite(BODIES, failures=3), tmp_path)


class Handler(BaseHTTPRequestHandler):
    mode = "fine"

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        status, body = 200, b""
        if self.mode == "html":
            body = b"<html>blocked</html>"
        elif self.mode == "empty":
            body = b"{}"
        elif url.path.endswith("leaguegamelog"):
            query = parse_qs(url.query)
            assert (query["Season"], query["SeasonType"]) == (["2023-24"], ["Regular Season"])
            body = msgspec.json.encode({"resultSets": [game_log()]})
        else:
            kind, _, game_id = url.path.rsplit("/", 1)[1].removesuffix(".json").partition("_")
            status, body = 200, BODIES.get((kind, game_id), b"")
            if not body:
                status, body = 403, DENIED
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


def game_log() -> dict[str, object]:
    """A row a team and game; the last game has not been played."""
    rows = [
        ["22023", 1, game.game_id, f"2023-11-0{number}", "W", 100]
        for number, game in enumerate([*GAMES, *GAMES], start=1)
    ]
    rows.append(["22023", 1, "0022309999", "2024-04-01", None, None])
    return {
        "name": "LeagueGameLog",
        "headers": ["SEASON_ID", "TEAM_ID", "GAME_ID", "GAME_DATE", "WL", "PTS"],
        "rowSet": rows,
    }


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[NbaApi]:
    """nba_api, asking a server on loopback."""
    live = pytest.importorskip("nba_api.live.nba.library.http")
    stats = pytest.importorskip("nba_api.stats.library.http")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}/{{endpoint}}"
    for http in (live.NBALiveHTTP, stats.NBAStatsHTTP):
        monkeypatch.setattr(http, "base_url", url)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield NbaApi.connect()
    for http in (live.NBALiveHTTP, stats.NBAStatsHTTP):
        http.get_session().close()
    server.shutdown()
    server.server_close()
    thread.join()


async def test_through_nba_api_a_season_comes_down(site: NbaApi, tmp_path: Path) -> None:
    fetched = await download(site, tmp_path)
    assert (fetched.new, fetched.missing) == (2, {})


def test_nba_api_lists_each_finished_game_once(site: NbaApi) -> None:
    assert [game.game_id for game in site.games(2023, "regular")] == [game.game_id for game in GAMES]


def test_nba_api_knows_a_file_that_is_not_there_from_a_refusal(
    site: NbaApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BadFeed, match="keeps no boxscore file"):
        site.body("boxscore", "0022300077")
    monkeypatch.setattr(Handler, "mode", "html")
    with pytest.raises(FeedUnavailable, match="refuses boxscore"):
        site.body("boxscore", "0022300077")
    monkeypatch.setattr(Handler, "mode", "empty")
    with pytest.raises(FeedUnavailable, match="did not answer with a list of games"):
        site.games(2023, "regular")


def test_nba_api_without_a_network_names_the_address(site: NbaApi, monkeypatch: pytest.MonkeyPatch) -> None:
    stats = pytest.importorskip("nba_api.stats.library.http")
    monkeypatch.setattr(stats.NBAStatsHTTP, "base_url", "http://127.0.0.1:9/{endpoint}")
    with pytest.raises(FeedUnavailable, match=r"no answer from http://127\.0\.0\.1:9/leaguegamelog"):
        site.games(2023, "regular")
