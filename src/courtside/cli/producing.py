"""What `courtside produce` does."""

import asyncio
import functools
import logging
from collections.abc import Mapping
from pathlib import Path

import click
import msgspec

from courtside.cli.loop import until_stopped
from courtside.client import Gone, StreamClient
from courtside.clock import WallClock, format_utc
from courtside.errors import BadConfig, BusError
from courtside.messages import Message
from courtside.momentum.event import ScoringEvent
from courtside.momentum.kafka import TopicWriter, make_topic
from courtside.momentum.produce import Known, TopicTeller, drained, keep_polling, read_known
from courtside.momentum.team_stats import TeamPerformance, team_performances
from courtside.momentum.teller import TYPES
from courtside.settings import Settings

log = logging.getLogger("courtside.momentum")

ASK_SECONDS = 2.0
FLUSH_SECONDS = 5.0
TEAM_SECONDS = 10.0


async def produce_games(
    settings: Settings, config: Mapping[str, str], topic: str, server: str | None
) -> None:
    """Until the source ends, or SIGINT or SIGTERM comes."""
    writer = TopicWriter(config, topic)
    known = Known()
    teller = TopicTeller(writer, known, _ignore)

    async def work() -> None:
        await _topic_there(config, topic)
        await read_known(config, topic, known)
        click.echo(f"{topic}: {known.events} events of {known.games} games are there already")
        if server is None:
            await _from_source(settings, teller)
        else:
            await _from_server(server, teller)
        await drained(writer)
        click.echo(f"{topic}: {writer.stored} events sent, {teller.held} were there already")

    try:
        await until_stopped(work(), keep_polling(writer))
    finally:
        left = await asyncio.to_thread(writer.flush, FLUSH_SECONDS)
        click.echo(f"{topic}: {writer.stored} events sent, {teller.held} were there already")
        if left:
            log.warning("%d events were not stored; they are told at the next start", left)


async def _topic_there(config: Mapping[str, str], topic: str) -> None:
    """Waits while no broker answers; the writer says that it is so."""
    while not await asyncio.to_thread(make_topic, config, topic, seconds=ASK_SECONDS):
        await asyncio.sleep(ASK_SECONDS)


async def _from_source(settings: Settings, teller: TopicTeller) -> None:
    from courtside.app.produce import follow_source

    await follow_source(settings, TYPES, teller.take, teller.forget, WallClock())


async def _from_server(url: str, teller: TopicTeller) -> None:
    client = StreamClient(url, types=sorted(TYPES), from_start=True)
    async for event in client.aevents():
        if isinstance(event, Message):
            await teller.take(event)
        elif isinstance(event, Gone):
            for game_id in event.game_ids:
                teller.forget(game_id)


def _ignore(event: ScoringEvent) -> None:
    """The log has it."""


def produce_team_stats(
    config: Mapping[str, str], topic: str, season: int | None, season_type: str, response: Path | None
) -> None:
    """Every team once; returns when the broker has stored them. Raises `BusError` where none answers."""
    if response is not None:
        answer = response.read_bytes()
    elif season is not None:
        from courtside.training.history_nba_api import NbaApi

        answer = NbaApi.connect().team_stats(season, season_type)
    else:
        raise BadConfig("which season? give --season, as 2025 for 2025-26, or --response FILE")
    teams = team_performances(answer, format_utc(WallClock().now_ms()))
    if not make_topic(config, topic, seconds=TEAM_SECONDS):
        raise BusError(f"no broker answers at {config['bootstrap.servers']}; check --kafka")
    writer = TopicWriter(config, topic)
    for team in teams:
        writer.send(
            str(team.team_id),
            msgspec.json.encode(team),
            {"event_id": team.event_id, "schema_version": str(team.schema_version)},
            functools.partial(_team_stored, team),
        )
    left = writer.flush(TEAM_SECONDS)
    if left:
        raise BusError(
            f"{left} of {len(teams)} teams were not stored; send them again, their ids are the same"
        )
    click.echo(f"{topic}: {len(teams)} teams of {teams[0].season} sent" if teams else f"{topic}: no teams")


def _team_stored(team: TeamPerformance, partition: int, offset: int) -> None:
    words = f"{team.team or team.team_name} {team.wins}-{team.losses}, {team.points:.1f} points a game"
    log.info("%s", words, extra={"event_id": team.event_id, "at": f"{partition}/{offset}"})
