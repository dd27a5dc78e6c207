import json
from random import Random

import pytest

from courtside.events import AnyObservation
from courtside.sources.nba_answer import NotModified, NotYet, Outcome, Refusal, Wire
from courtside.sources.nba_book import Book
from courtside.sources.nba_settings import NbaSettings
from courtside.sources.nba_stats import NbaStats

NOW = 1_770_856_200_000
HOUR = 3_600_000
GAME = "0022500776"


def scoreboard(*games: tuple[str, int], at: str = "07:30:00") -> Wire:
    rows = [
        {
            "gameId": game_id,
            "gameStatus": status,
            "period": 1,
            "gameTimeUTC": "2026-02-12T00:00:00Z",
            "homeTeam": {"teamId": 1, "teamTricode": "CHI", "score": 0},
            "awayTeam": {"teamId": 2, "teamTricode": "DET", "score": 0},
        }
        for game_id, status in games
    ]
    body = {"meta": {"time": f"2026-02-11 {at}"}, "scoreboard": {"gameDate": "2026-02-11", "games": rows}}
    return Wire(json.dumps(body).encode())


class Desk:
    """Brings answers to a book as the source would."""

    def __init__(self, **settings: float) -> None:
        values: dict[str, float] = {"jitter": 0.0, **settings}
        self.stats = NbaStats()
        self.book = Book(NbaSettings(**values), Random(1), self.stats, now_ms=NOW)  # type: ignore[arg-type]

    def serve(self, outcome: Outcome, now_ms: int, others: Outcome | None = None) -> list[AnyObservation]:
        """Answers all that is due: the scoreboard with `outcome`, the rest with `others`."""
        said: list[AnyObservation] = []
        for endpoint in self.book.due(now_ms):
            self.book.ask(endpoint, now_ms)
            answer = outcome if endpoint.kind == "scoreboard" or others is None else others
            said += self.book.take(endpoint, answer, now_ms)
        return said


def test_a_game_that_is_over_and_off_the_scoreboard_is_forgotten() -> None:
    desk = Desk(late_polls=60)
    desk.serve(scoreboard((GAME, 3)), NOW)
    desk.serve(NotModified(), NOW + HOUR, NotYet())
    assert desk.stats.games == {"done": 1}
    desk.serve(scoreboard(("0022500777", 1), at="08:31:00"), NOW + 2 * HOUR, NotYet())
    assert GAME not in desk.book.games
    assert not [name for name in desk.stats.last_success_ms if GAME in name]


def test_a_running_game_off_the_scoreboard_is_kept() -> None:
    desk = Desk()
    desk.serve(scoreboard((GAME, 2)), NOW)
    desk.serve(scoreboard(at="07:31:00"), NOW + 60_000, NotYet())
    assert desk.stats.games == {"live": 1}


def test_when_the_machines_clock_is_set_back_polling_goes_on() -> None:
    desk = Desk()
    desk.serve(scoreboard((GAME, 2)), NOW)
    desk.serve(NotModified(), NOW + 1_000, NotYet())
    assert desk.book.due(NOW + 2_000) == []
    back = NOW + 2_000 - 3 * HOUR
    assert desk.book.due(back) == []
    assert desk.book.scoreboard in desk.book.due(back + 10_000)


def test_a_fault_is_said_once_an_episode_with_a_sum_at_its_end(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "courtside.nba")
    desk = Desk()
    at = NOW
    for _ in range(3):
        at += 600_000
        desk.serve(Refusal("html", "HTML instead of JSON"), at)
        desk.serve(Refusal("html", "HTML instead of JSON"), at + 130_000)
    desk.serve(scoreboard((GAME, 2)), at + 600_000)
    said = [record.getMessage() for record in caplog.records]
    assert sum("HTML instead of JSON" in text for text in said) == 3
    assert said.count("html has stopped: 2 cases in 1 files within 130 s") == 3


def test_while_the_whole_site_fails_only_one_file_probes_at_growing_distances() -> None:
    desk = Desk(host_failures=3)
    desk.serve(scoreboard(*[(f"00225007{n}", 2) for n in range(10, 20)]), NOW)
    down = Refusal("unreachable", "no connection")
    asked = []
    for second in range(0, 240):
        due = desk.book.due(NOW + second * 1000)
        asked.append(len(due))
        for endpoint in due:
            desk.book.ask(endpoint, NOW + second * 1000)
        for endpoint in due:
            desk.book.take(endpoint, down, NOW + second * 1000)
    assert asked[0] == 20
    assert max(asked[1:]) == 1
    assert 4 <= sum(asked[1:]) <= 12
    desk.serve(scoreboard((GAME, 2)), NOW + 400_000, NotYet())
    assert desk.book.host.state == "closed"


def test_while_a_probe_is_out_nobody_else_asks() -> None:
    desk = Desk(host_failures=1)
    desk.serve(scoreboard((GAME, 2)), NOW)
    desk.serve(Refusal("timeout", "no answer"), NOW + 10_000)
    [probe] = desk.book.due(NOW + 100_000)
    desk.book.ask(probe, NOW + 100_000)
    assert desk.book.due(NOW + 100_000) == []
    assert desk.book.next_ms() is None
    desk.book.abandon()
    assert desk.stats.in_flight == 0


def test_a_body_that_shows_a_defect_of_ours_is_counted_and_the_rest_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def stumble(*_: object, **__: object) -> None:
        raise ZeroDivisionError("nobody thought of it")

    monkeypatch.setattr("courtside.sources.nba_reader.parse_scoreboard", stumble)
    desk = Desk()
    assert desk.serve(scoreboard((GAME, 2)), NOW) == []
    assert desk.stats.faults == {"unexpected": 1}
    assert "nobody thought of it" in caplog.text
