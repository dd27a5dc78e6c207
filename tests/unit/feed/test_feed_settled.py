"""Whatever faults are played: in the end every file is the true one, and stays so."""

from itertools import pairwise
from pathlib import Path

import pytest

from courtside.clock import parse_utc
from courtside.feed import fault_names
from courtside.feed.faults import FAULTS
from courtside.feed.game import PlayedGame
from courtside.feed.layers import SETTLE_MS
from courtside.feed.stamps import shift_time
from tests.unit.feed.playback import File, Playback, recorded

CONTENT = tuple(fault.name for fault in FAULTS if fault.hits != "request")
OF_THE_SCOREBOARD = (
    "frozen_status",
    "live_final",
    "postponed",
    "backward_clock",
    "dropped_game",
    "shuffled",
    "yesterday",
)
LATER_MS = 6 * 3_600_000


def moved(fields: dict[str, object], shift_ms: int, *names: str) -> dict[str, object]:
    return {
        name: shift_time(str(value), shift_ms) if name in names and value else value
        for name, value in fields.items()
    }


def assert_true_files(playback: Playback, folder: Path, game: PlayedGame, at_ms: int) -> None:
    truth = recorded(folder, f"playbyplay_{game.game_id}")
    tip_ms = min(parse_utc(str(row["timeActual"])) for row in truth.actions)
    shift_ms = game.tip_ms - tip_ms
    served = playback.play_by_play(at_ms, game)
    assert served.actions == [moved(row, shift_ms, "timeActual", "edited") for row in truth.actions]
    assert served.game["gameId"] == game.game_id
    box = recorded(folder, f"boxscore_{game.game_id}").game
    times = ("gameTimeUTC", "gameTimeLocal", "gameTimeHome", "gameTimeAway", "gameEt")
    announced_ms = game.scheduled_ms - parse_utc(str(box["gameTimeUTC"]))
    assert abs(announced_ms - shift_ms) < 60_000, "moved with the plays, to a whole minute"
    assert playback.box_score(at_ms, game).game == moved(box, announced_ms, *times)


def assert_true_scoreboard(playback: Playback, faultless: Playback, at_ms: int) -> None:
    served, truth = playback.scoreboard(at_ms), faultless.scoreboard(at_ms)
    assert served.games == truth.games
    assert {row["gameStatus"] for row in served.games} == {3}


@pytest.mark.parametrize("fault", CONTENT)
def test_after_a_fault_every_file_is_the_true_one(
    recordings_dir: Path, faultless: Playback, fault: str
) -> None:
    playback = Playback(recordings_dir, faults=(fault,), fault_rate=0.3, seed=5)
    for game in playback.slate.games:
        assert game.end_ms is not None
        assert game.settled_ms <= game.end_ms + SETTLE_MS
        for at_ms in (game.end_ms + SETTLE_MS, game.end_ms + LATER_MS):
            assert_true_files(playback, recordings_dir, game, at_ms)
    for at_ms in (playback.slate.settled_ms, playback.slate.settled_ms + LATER_MS):
        assert_true_scoreboard(playback, faultless, at_ms)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_all_faults_together_every_file_is_the_true_one(
    recordings_dir: Path, faultless: Playback, seed: int
) -> None:
    playback = Playback(recordings_dir, faults=CONTENT, fault_rate=0.5, seed=seed)
    for game in playback.slate.games:
        assert game.end_ms is not None
        for version in range(len(game.timeline.times)):
            game.play_by_play(version)
        assert_true_files(playback, recordings_dir, game, game.end_ms + SETTLE_MS)
    assert_true_scoreboard(playback, faultless, playback.slate.settled_ms)


def test_at_a_settled_time_single_requests_may_fail_but_others_get_the_true_file(
    recordings_dir: Path,
) -> None:
    playback = Playback(recordings_dir, faults=fault_names(), fault_rate=1.0, games=1)
    at_ms = playback.slate.settled_ms
    path = f"/static/json/liveData/playbyplay/playbyplay_{playback.game.game_id}.json"
    right = Playback(recordings_dir, games=1).ask(path, at_ms)
    answers = [playback.ask(path, at_ms) for _ in range(60)]
    whole = [answer for answer in answers if answer.fault is None]
    assert 15 <= len(whole) < 60
    assert len({answer.body for answer in whole}) == 1
    assert len(whole[0].body) == len(right.body)


@pytest.mark.parametrize("fault", [name for name in CONTENT if name not in OF_THE_SCOREBOARD])
def test_a_fault_of_the_files_is_seen_while_the_game_is_on(
    recordings_dir: Path, faultless: Playback, fault: str
) -> None:
    playback = Playback(recordings_dir, faults=(fault,), fault_rate=0.05, seed=1)
    assert any(
        game_differs(playback, faultless, game, other)
        for game, other in zip(playback.slate.games, faultless.slate.games, strict=True)
    )


def game_differs(playback: Playback, faultless: Playback, game: PlayedGame, other: PlayedGame) -> bool:
    starts = {layer.start_ms for layer in game.layers} | {overlay.start_ms for overlay in game.overlays}
    for at_ms in sorted(starts):
        version, true_version = game.version(at_ms), other.version(at_ms)
        assert version is not None and true_version is not None
        if [a.encoded for a in game.timeline.actions(version)] != [
            a.encoded for a in other.timeline.actions(true_version)
        ]:
            return True
        if game.line(version) != other.line(true_version):
            return True
        entry, true_entry = game.entry(version), other.entry(true_version)
        if entry is None or true_entry is None or entry.part.raw != true_entry.part.raw:
            return True
    return False


@pytest.mark.parametrize("fault", OF_THE_SCOREBOARD)
def test_a_fault_of_the_scoreboard_is_seen_while_games_are_on(
    recordings_dir: Path, faultless: Playback, fault: str
) -> None:
    playback = Playback(recordings_dir, faults=(fault,), fault_rate=0.05, seed=1)
    moments = range(playback.slate.start_ms, playback.slate.settled_ms, 30_000)
    assert any(shown(playback.scoreboard(at)) != shown(faultless.scoreboard(at)) for at in moments)


def shown(board: File) -> tuple[object, object]:
    return board.scoreboard["gameDate"], board.scoreboard["games"]


def test_under_every_fault_scores_are_what_the_plays_say(recordings_dir: Path) -> None:
    playback = Playback(recordings_dir, faults=CONTENT, fault_rate=0.3, seed=9)
    worth = {"2pt": 2, "3pt": 3, "freethrow": 1}
    for game in playback.slate.games:
        for version in range(0, len(game.timeline.times), 7):
            actions = game.timeline.actions(version)
            assert all(one.order < two.order for one, two in pairwise(actions))
            assert len({action.number for action in actions}) == len(actions)
            made = sum(
                worth.get(action.facts.action_type, 0)
                for action in actions
                if action.facts.shot_result == "Made"
            )
            last = actions[-1].play if actions else None
            assert made == (0 if last is None else last.score_home + last.score_away)


def test_the_same_seed_plays_the_same_faults_and_another_others(recordings_dir: Path) -> None:
    def layers(seed: int) -> list[object]:
        playback = Playback(recordings_dir, faults=CONTENT, fault_rate=0.2, seed=seed)
        return [
            (layer.fault, layer.start_ms, layer.end_ms, sorted(layer.changes))
            for game in playback.slate.games
            for layer in game.layers
        ]

    assert layers(4) == layers(4)
    assert layers(4) != layers(5)


def test_a_rate_of_zero_plays_no_fault(recordings_dir: Path) -> None:
    playback = Playback(recordings_dir, faults=fault_names(), fault_rate=0.0)
    assert not any(game.layers or game.overlays for game in playback.slate.games)
    assert not playback.slate.shuffled and not playback.slate.yesterday_until_ms
    answers = [
        playback.ask("/static/json/liveData/scoreboard/todaysScoreboard_00.json", at) for at in [10**13] * 50
    ]
    assert all(answer.fault is None for answer in answers)


def test_each_play_fault_hits_every_game_at_least_once_however_low_the_rate(recordings_dir: Path) -> None:
    names = tuple(fault.name for fault in FAULTS if fault.hits == "play")
    playback = Playback(recordings_dir, faults=names, fault_rate=0.0001)
    for game in playback.slate.games:
        assert {layer.fault for layer in game.layers} == set(names)
