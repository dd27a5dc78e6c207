"""What the server says of itself, and what S3 says of files that are not there."""

import hashlib
from html import escape

import msgspec

from courtside.clock import format_utc
from courtside.feed.faults import FAULTS
from courtside.feed.response import Response
from courtside.feed.settings import FeedSettings
from courtside.feed.slate import Slate

ROOT = "/static/json/liveData"
SCOREBOARD_PATH = f"{ROOT}/scoreboard/todaysScoreboard_00.json"
ODDS_PATH = f"{ROOT}/odds/odds_todaysGames.json"
STATUS_PATH = "/_feed/status"


def game_path(kind: str, game_id: str) -> str:
    return f"{ROOT}/{kind}/{kind}_{game_id}.json"


def access_denied(request_id: str) -> Response:
    """S3's answer for a file that does not exist, to somebody who may not list the bucket."""
    host_id = hashlib.sha256(request_id.encode()).hexdigest()
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        "<Error><Code>AccessDenied</Code><Message>Access Denied</Message>"
        f"<RequestId>{request_id}</RequestId><HostId>{host_id}</HostId></Error>"
    )
    return Response(status=403, headers=(("Content-Type", "application/xml"),), body=body.encode())


class GameReport(msgspec.Struct, frozen=True):
    game_id: str
    home_team: str
    away_team: str
    status: int
    text: str
    score_home: int
    score_away: int
    tip: str
    end: str | None
    settled: bool
    """Every file of the game is the true one and stays so."""


class Report(msgspec.Struct, frozen=True):
    """`GET /_feed/status`."""

    virtual_time: str
    started: str
    speed: float
    seed: int
    as_recorded: bool
    settled: bool
    requests: dict[str, int]
    """Responses by status code; `hang` and `reset` for those that never were whole."""
    faults: tuple[str, ...]
    fault_rate: float
    faults_played: dict[str, int]
    games: list[GameReport]
    skipped: dict[str, str]


def report(
    slate: Slate, settings: FeedSettings, now_ms: int, requests: dict[str, int], played: dict[str, int]
) -> Report:
    """`played` are the request faults so far; those in the files are counted from the slate."""
    counts = dict(played)
    begun = [layer.fault for game in slate.games for layer in game.layers if layer.start_ms <= now_ms]
    begun += [
        overlay.fault for game in slate.games for overlay in game.overlays if overlay.start_ms <= now_ms
    ]
    begun += ["yesterday"] if slate.yesterday_until_ms else []
    begun += ["shuffled"] if slate.shuffled else []
    for name in begun:
        counts[name] = counts.get(name, 0) + 1
    games = []
    for game in slate.games:
        version = game.version(now_ms)
        line = game.before_tip.line if version is None else game.line(version)
        games.append(
            GameReport(
                game.game_id,
                game.home,
                game.away,
                line.status,
                line.text,
                line.score_home,
                line.score_away,
                format_utc(game.tip_ms),
                None if game.end_ms is None else format_utc(game.end_ms),
                now_ms >= game.settled_ms,
            )
        )
    return Report(
        virtual_time=format_utc(now_ms),
        started=format_utc(slate.start_ms),
        speed=settings.speed,
        seed=settings.seed,
        as_recorded=settings.as_recorded,
        settled=now_ms >= slate.settled_ms,
        requests=requests,
        faults=settings.faults,
        fault_rate=settings.fault_rate,
        faults_played=counts,
        games=games,
        skipped=slate.skipped,
    )


_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}td{padding-right:1.5rem}"
)


def index(state: Report) -> Response:
    """A page that says what this is, and lists the files."""
    rows = "".join(
        f"<tr><td>{escape(game.away_team)} @ {escape(game.home_team)}</td>"
        f"<td>{escape(game.text)}</td><td>{game.score_away} - {game.score_home}</td>"
        f'<td><a href="{game_path("playbyplay", game.game_id)}">play-by-play</a></td>'
        f'<td><a href="{game_path("boxscore", game.game_id)}">box score</a></td></tr>'
        for game in state.games
    )
    sentences = {fault.name: fault.sentence for fault in FAULTS}
    faults = "".join(
        f"<li><code>{name}</code>: {escape(sentences[name])}"
        f" Played {state.faults_played.get(name, 0)} times.</li>"
        for name in state.faults
    )
    body = (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>Courtside feed</title>"
        f"<style>{_STYLE}</style>"
        "<h1>Courtside feed</h1><p>Recorded basketball games, played back as the NBA's live site would "
        f"serve them. This is not the NBA. Virtual time is {state.virtual_time}, {state.speed:g} seconds "
        "a second.</p>"
        f'<p><a href="{SCOREBOARD_PATH}">Scoreboard</a> · <a href="{ODDS_PATH}">odds</a> · '
        f'<a href="{STATUS_PATH}">what has been served</a></p><table>{rows}</table>'
        + (f"<h2>Faults, rate {state.fault_rate:g}</h2><ul>{faults}</ul>" if faults else "")
    )
    return Response(status=200, headers=(("Content-Type", "text/html; charset=utf-8"),), body=body.encode())
