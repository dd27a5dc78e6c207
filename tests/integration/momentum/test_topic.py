"""Games through `courtside produce`, a real broker and `courtside consume`, with everything that may fail."""

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import pytest

from courtside.cli.topic_screens import Everything, GameLine
from courtside.client import ScraperAdapter
from courtside.momentum.book import Library
from courtside.momentum.event import TOPIC, ScoringEvent, decode
from courtside.momentum.kafka import TopicReader, TopicWriter, connection, make_topic
from courtside.momentum.team_stats import TeamPerformance
from tests.integration.momentum.conftest import SECONDS, StartCommand, read_all, write_all
from tests.integration.whole_way.conftest import _oracle
from tests.support.team_answers import team_answer
from tools.kafka_server import KafkaServer

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(120)]

EXAMPLE = Path(__file__).parents[3] / "examples" / "momentum_chart.py"
Run = Callable[..., Awaitable[str]]


def replay(recordings: Path, speed: object = "max") -> tuple[object, ...]:
    return "produce", "--source", "replay", "--recordings", recordings, "--speed", speed


def counted(text: str) -> Everything:
    return msgspec.json.decode(text.splitlines()[-1], type=Everything)


def numbers(found: Everything) -> list[tuple[object, ...]]:
    """How all games stand, without what depends on how often events came."""
    return sorted((game.game_id, game.status, game.standing, game.scoring_entries) for game in found.games)


def numbers_of(events: list[ScoringEvent]) -> list[tuple[object, ...]]:
    library = Library()
    for event in events:
        library.apply(event)
    return sorted(
        (book.game_id, book.status, book.standing, len(book.entries)) for book in library.books.values()
    )


def counts(game: GameLine) -> tuple[int | None, ...]:
    standing = game.standing
    assert standing is not None and standing.biggest_run is not None
    return (
        standing.score_home,
        standing.score_away,
        standing.lead_changes,
        standing.ties,
        standing.biggest_lead_home,
        standing.biggest_lead_away,
        standing.biggest_run.points,
    )


@pytest.mark.data
async def test_recorded_games_come_out_of_the_topic_as_their_box_scores_say(
    kafka_server: KafkaServer, topic: str, run: Run, data_dir: Path
) -> None:
    where = ("--kafka", kafka_server.url, "--topic", topic)
    await run(*replay(data_dir / "cdn" / "games"), "--games", 12, "--log-level", "warning", *where)
    found = counted(await run("consume", "--once", "--json", *where))
    oracle = _oracle(data_dir)
    assert len(found.games) == 12
    for game in found.games:
        assert counts(game) == oracle[game.game_id].counts
        assert game.status == "final"


async def test_a_producer_that_is_killed_goes_on_without_a_gap_or_a_double(
    kafka_server: KafkaServer,
    topic: str,
    run: Run,
    courtside: StartCommand,
    recordings: Path,
    told: list[ScoringEvent],
) -> None:
    where = ("--kafka", kafka_server.url, "--topic", topic)
    async with courtside(*replay(recordings, 2000), *where) as producer:
        await producer.line("Q2 ")
        assert await producer.end(signal.SIGKILL) == -signal.SIGKILL
    half = len(read_all(kafka_server.url, topic))
    assert 0 < half < len(told)
    said = await run(*replay(recordings), *where)
    assert f"{len(told) - half} events sent, {half} were there already" in said
    ids = [decode(value).event_id for value in read_all(kafka_server.url, topic)]
    assert sorted(ids) == sorted(event.event_id for event in told)
    found = counted(await run("consume", "--once", "--json", *where))
    assert numbers(found) == numbers_of(told)
    assert found.events.doubles == 0


async def test_a_consumer_that_is_killed_comes_to_the_same_numbers(
    kafka_server: KafkaServer, topic: str, run: Run, courtside: StartCommand, told: list[ScoringEvent]
) -> None:
    where = ("--kafka", kafka_server.url, "--topic", topic)
    await asyncio.to_thread(write_all, kafka_server.url, topic, told[:100])
    async with courtside("consume", "--json", *where) as consumer:
        await consumer.line('"type":"state"')
        await asyncio.to_thread(write_all, kafka_server.url, topic, told[50:200])
        await consumer.line(told[199].event_id)
        assert await consumer.end(signal.SIGKILL) == -signal.SIGKILL
    await asyncio.to_thread(write_all, kafka_server.url, topic, told[150:])
    found = counted(await run("consume", "--once", "--json", *where))
    assert numbers(found) == numbers_of(told)
    assert found.events.doubles == 100, "what was sent twice counts once"


async def test_a_follower_says_what_comes_and_ends_well_on_ctrl_c(
    kafka_server: KafkaServer, topic: str, courtside: StartCommand, told: list[ScoringEvent]
) -> None:
    where = ("--kafka", kafka_server.url, "--topic", topic)
    async with courtside("consume", *where) as plain, courtside("consume", "--alerts", *where) as alerts:
        await plain.line("there is no topic")
        await alerts.line("there is no topic")
        await asyncio.to_thread(write_all, kafka_server.url, topic, told[:1])
        # Whatever lies in the topic when a follower catches up is no news to it, and said in one piece.
        await plain.line("1 games, 0 points")
        await asyncio.to_thread(write_all, kafka_server.url, topic, told[1:])
        await plain.line("SIMULATED")
        await plain.line("final: ")
        await alerts.line("takes the lead, change")
        assert await plain.end(signal.SIGINT) == 0
        assert await alerts.end(signal.SIGTERM) == 0
    assert "Traceback" not in plain.text + alerts.text


async def test_one_that_follows_a_server_tells_its_corrections_and_its_restart(
    kafka_server: KafkaServer, topic: str, courtside: StartCommand, run: Run
) -> None:
    """A scraper pushes scores, takes one back, and the server is killed in between."""
    where = ("--kafka", kafka_server.url, "--topic", topic)
    ports = ("--http-port", 0, "--ws-port", 0)

    def push(url: str, *scores: tuple[str, int, int], over: bool = False) -> None:
        with ScraperAdapter(url) as adapter:
            adapter.on_game_start({"game_id": "tonight", "home_team": "BOS", "away_team": "NYK"})
            for clock, home, away in scores:
                adapter.on_score_update(
                    {"game_id": "tonight", "quarter": 1, "time_remaining": clock, "score_home": home,
                     "score_away": away}
                )  # fmt: skip
            if over:
                adapter.on_game_end("tonight")

    async with courtside("run", "--source", "push", *ports) as server:
        games = (await server.line("games   ")).split()[-1]
        stream = (await server.line("stream  ")).split()[-1]
        async with courtside("produce", "--from", stream, *where) as producer:
            await asyncio.to_thread(push, games, ("11:00", 2, 0), ("10:00", 2, 3), ("9:00", 7, 3))
            await producer.line("NYK 3, BOS 7")
            await asyncio.to_thread(push, games, ("8:50", 6, 3))
            await producer.line("NYK 3, BOS 6")
            assert await server.end(signal.SIGKILL) == -signal.SIGKILL
            port = stream.rstrip("/").rpartition(":")[2]
            async with courtside("run", "--source", "push", "--http-port", 0, "--ws-port", port) as again:
                games = (await again.line("games   ")).split()[-1]
                await asyncio.to_thread(push, games, ("8:00", 6, 8), ("0:10", 16, 8), over=True)
                await producer.line("final: ")
                assert await producer.end(signal.SIGINT) == 0
    found = counted(await run("consume", "--once", "--json", *where))
    [game] = found.games
    assert (game.status, game.source) == ("final", "push")
    assert counts(game) == (16, 8, 4, 0, 8, 2, 10)
    assert found.events.retracted >= 1


async def test_a_broker_that_fails_loses_nothing(kafka_server: KafkaServer, topic: str) -> None:
    """Written before, during and after: every record lies in the topic once; both ends say why they wait."""
    config = connection(kafka_server.url)
    assert await asyncio.to_thread(make_topic, config, topic, seconds=10.0)
    writer, reader = TopicWriter(config, topic), TopicReader(config, topic)
    read: list[bytes] = []
    stored: list[int] = []

    def send(first: int) -> None:
        for number in range(first, first + 50):
            writer.send("game", b"%d" % number, {}, lambda _, offset: stored.append(offset))

    async def until(holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(SECONDS):
            while not holds():
                writer.poll()
                read.extend(record.value for record in await asyncio.to_thread(reader.read, 0.05))

    try:
        send(0)
        await until(lambda: len(read) == 50)
        kafka_server.kill()
        send(50)
        await until(lambda: writer.trouble is not None and reader.trouble is not None)
        assert len(read) == 50
        await asyncio.to_thread(kafka_server.start)
        send(100)
        await until(lambda: len(read) == 150)
        await until(lambda: writer.trouble is None and reader.trouble is None and writer.waiting == 0)
    finally:
        kafka_server.kill()
        await asyncio.to_thread(kafka_server.start)
        reader.close()
        assert await asyncio.to_thread(writer.flush, 5.0) == 0
    assert read == [b"%d" % number for number in range(150)]
    assert stored == list(range(150))


async def test_a_reader_without_a_broker_says_so_and_waits(courtside: StartCommand) -> None:
    async with courtside("consume", "--kafka", "kafka://127.0.0.1:9") as waiting:
        await waiting.line("no broker answers at 127.0.0.1:9; waiting for it")
        assert await waiting.end(signal.SIGINT) == 0


async def test_the_example_draws_a_game_from_the_topic(
    kafka_server: KafkaServer, told: list[ScoringEvent], tmp_path: Path
) -> None:
    await asyncio.to_thread(write_all, kafka_server.url, TOPIC, told)
    broker, picture = kafka_server.url.removeprefix("kafka://"), tmp_path / "game.png"
    process = await asyncio.create_subprocess_exec(
        sys.executable, EXAMPLE, broker, str(picture), told[0].game_id, stderr=asyncio.subprocess.PIPE
    )
    _, errors = await asyncio.wait_for(process.communicate(), SECONDS)
    assert process.returncode == 0, errors.decode()
    assert picture.read_bytes().startswith(b"\x89PNG")


async def test_a_game_is_drawn_live_from_the_topic_until_it_is_over(
    kafka_server: KafkaServer, topic: str, courtside: StartCommand, told: list[ScoringEvent], tmp_path: Path
) -> None:
    game = [event for event in told if event.game_id == told[0].game_id]
    await asyncio.to_thread(write_all, kafka_server.url, topic, game[:60])
    options = ("--from", kafka_server.url, "--topic", topic, "--live", "--save", "now.png")
    async with courtside("chart", game[0].game_id, *options) as chart:
        await until_exists(tmp_path / "now.png")
        await asyncio.to_thread(write_all, kafka_server.url, topic, game[60:])
        assert await chart.end() == 0
    last = game[-1].standing
    assert (
        f"{game[-1].away_team} {last.score_away} at {game[-1].home_team} {last.score_home}, final"
        in chart.text
    )


async def until_exists(path: Path) -> None:
    async with asyncio.timeout(SECONDS):
        while not path.exists():
            await asyncio.sleep(0.02)


async def test_teams_of_a_saved_answer_are_sent_once_each(
    kafka_server: KafkaServer, topic: str, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "answer.json").write_bytes(team_answer())
    where = ("--kafka", kafka_server.url, "--topic", topic)
    said = await run("produce", "--team-stats", "--response", "answer.json", *where)
    assert f"{topic}: 30 teams of 2031-32 sent" in said
    teams = [msgspec.json.decode(value, type=TeamPerformance) for value in read_all(kafka_server.url, topic)]
    assert len({team.team for team in teams}) == 30
    assert all(team.wins + team.losses == team.games_played for team in teams)
    log = (tmp_path / "logs" / "courtside.log").read_text()
    assert all(team.event_id in log for team in teams)
