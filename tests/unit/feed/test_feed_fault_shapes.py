"""What each fault of plays and games looks like while it lasts."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from courtside.feed.action import Action
from courtside.feed.faults import FAULTS
from courtside.feed.game import PlayedGame
from courtside.feed.pages import SCOREBOARD_PATH, game_path
from courtside.formats.nba_live import parse_box_score, parse_play_by_play, parse_scoreboard
from tests.unit.feed.playback import Playback

CONTENT = tuple(fault.name for fault in FAULTS if fault.hits != "request")


def hit(folder: Path, fault: str, rate: float = 0.0001) -> tuple[Playback, PlayedGame]:
    """A playback with one fault, and a game that it hits: at this rate as seldom as may be."""
    playback = Playback(folder, faults=(fault,), fault_rate=rate, seed=2)
    return playback, next(game for game in playback.slate.games if game.layers or game.overlays)


def spans(game: PlayedGame) -> Iterator[tuple[int, int]]:
    yield from ((layer.start_ms, layer.end_ms) for layer in game.layers)
    yield from ((overlay.start_ms, overlay.end_ms) for overlay in game.overlays)


def actions_at(game: PlayedGame, at_ms: int) -> dict[int, Action]:
    version = game.version(at_ms)
    assert version is not None
    return {action.number: action for action in game.timeline.actions(version)}


def before_and_after(game: PlayedGame) -> Iterator[tuple[dict[int, Action], dict[int, Action]]]:
    """The actions under a fault at its last moment, and once it is over."""
    for layer in game.layers:
        yield actions_at(game, layer.end_ms - 1), actions_at(game, layer.end_ms)


def test_a_late_edit_changes_what_a_play_says_and_not_which_plays_there_are(recordings_dir: Path) -> None:
    _, game = hit(recordings_dir, "late_edit", 0.05)
    for layer, (before, after) in zip(game.layers, before_and_after(game), strict=True):
        (number,) = layer.changes
        assert before[number].play != after[number].play
        assert before.keys() <= after.keys()
        assert str(before[number].fields["edited"]) <= str(after[number].fields["edited"])


def test_a_late_insertion_appears_in_its_place_with_its_points(recordings_dir: Path) -> None:
    _, game = hit(recordings_dir, "late_insertion", 0.05)
    scoring = 0
    for layer, (before, after) in zip(game.layers, before_and_after(game), strict=True):
        (number,) = layer.missing
        assert number not in before and number in after
        points = after[number].facts.points
        later = [one for one in before.values() if one.order > after[number].order]
        for one in later:
            sums = [action.play.score_home + action.play.score_away for action in (one, after[one.number])]
            assert sums[1] - sums[0] >= points
        scoring += points > 0
    assert scoring


def test_a_deleted_play_was_there_between_its_neighbours(recordings_dir: Path) -> None:
    _, game = hit(recordings_dir, "deletion", 0.05)
    for layer, (before, after) in zip(game.layers, before_and_after(game), strict=True):
        (phantom,) = layer.extra
        assert phantom.number in before and phantom.number not in after
        assert phantom.order not in {action.order for action in after.values()}


def test_a_review_takes_points_away_and_gives_them_again(recordings_dir: Path) -> None:
    _, game = hit(recordings_dir, "score_review")
    for layer in game.layers:
        (number,) = layer.changes
        made = actions_at(game, layer.start_ms - 1)[number]
        missed = actions_at(game, layer.start_ms)[number]
        again = actions_at(game, layer.end_ms)[number]
        assert (made.play.made, missed.play.made, again.play.made) == (True, False, True)
        totals = [action.play.score_home + action.play.score_away for action in (made, missed, again)]
        assert totals[1] < totals[0] and totals[1] < totals[2]
    scores = [game.line(version) for version in range(len(game.timeline.times))]
    assert any(
        two.score_home < one.score_home or two.score_away < one.score_away for one, two in pairwise(scores)
    )


def test_a_backward_time_lies_before_that_of_the_play_before(recordings_dir: Path) -> None:
    _, game = hit(recordings_dir, "backward_time", 0.05)
    steps_back = 0
    for layer in game.layers:
        times = [action.at_ms for action in actions_at(game, layer.start_ms).values()]
        steps_back += any(two < one for one, two in pairwise(times))
    assert steps_back


def test_a_missing_possession_is_zero(recordings_dir: Path) -> None:
    _, game = hit(recordings_dir, "missing_possession")
    for layer in game.layers:
        (number,) = layer.changes
        assert actions_at(game, layer.start_ms)[number].fields["possession"] == 0
        assert actions_at(game, layer.end_ms)[number].fields["possession"]


def test_swapped_action_numbers_are_not_in_the_order_of_the_plays(recordings_dir: Path) -> None:
    _, game = hit(recordings_dir, "action_numbers", 0.05)
    for layer in game.layers:
        one, two = sorted(layer.changes)
        under, true = actions_at(game, layer.start_ms), actions_at(game, layer.end_ms)
        assert under[one].order == true[two].order and under[two].order == true[one].order


def test_an_early_third_quarter_starts_seconds_after_the_second(recordings_dir: Path) -> None:
    _, game = hit(recordings_dir, "early_third_quarter")
    (layer,) = game.layers
    shown = actions_at(game, layer.start_ms)
    begin = next(action for action in shown.values() if action.play.period == 3)
    end = max(action.at_ms for action in shown.values() if action.play.period == 2)
    assert 0 < begin.at_ms - end < 10_000
    assert actions_at(game, layer.end_ms)[begin.number].at_ms - end > 300_000


def test_a_live_game_without_actions_stands_at_nought(recordings_dir: Path) -> None:
    playback, game = hit(recordings_dir, "no_actions")
    assert playback.play_by_play(game.tip_ms, game).actions == []
    row = next(row for row in playback.scoreboard(game.tip_ms).games if row["gameId"] == game.game_id)
    assert (row["gameStatus"], row["gameClock"]) == (2, "PT12M00.00S")
    assert playback.box_score(game.tip_ms, game).game["gameStatus"] == 2
    assert playback.play_by_play(game.layers[0].end_ms, game).actions


@pytest.mark.parametrize(
    ("fault", "status", "text"),
    [
        ("frozen_status", 1, "ET"),
        ("live_final", 2, "Final"),
        ("reopened", 2, ":00.0"),
        ("postponed", 1, "PPD"),
    ],
)
def test_a_wrong_status_lasts_for_a_while(recordings_dir: Path, fault: str, status: int, text: str) -> None:
    playback, game = hit(recordings_dir, fault)
    (span,) = spans(game)

    def row(at_ms: int) -> dict[str, object]:
        return next(row for row in playback.scoreboard(at_ms).games if row["gameId"] == game.game_id)

    wrong, right = row(span[0]), row(span[1])
    assert wrong["gameStatus"] == status and text in str(wrong["gameStatusText"])
    assert right["gameStatus"] != status
    box = playback.box_score(span[0], game).game["gameStatus"]
    assert box == (3 if fault == "live_final" else 2)
    if fault == "reopened":
        assert row(span[0] - 1)["gameStatus"] == 3
    if fault == "postponed":
        assert row(span[0] - 1)["gameStatus"] == 2


def test_a_clock_on_the_scoreboard_steps_back_while_the_score_goes_on(recordings_dir: Path) -> None:
    _, game = hit(recordings_dir, "backward_clock")
    (overlay,) = game.overlays
    version = game.version(overlay.start_ms)
    entry = game.entry(version)
    assert version is not None and entry is not None
    true = game.line(version)
    assert entry.line.clock > true.clock or entry.line.clock == "PT12M00.00S"
    assert (entry.line.score_home, entry.line.period) == (true.score_home, true.period)


def test_a_dropped_game_is_missing_and_its_files_are_not(recordings_dir: Path) -> None:
    playback, game = hit(recordings_dir, "dropped_game")
    ((start_ms, end_ms),) = spans(game)
    assert game.game_id not in {row["gameId"] for row in playback.scoreboard(start_ms).games}
    assert playback.play_by_play(start_ms, game).actions
    assert game.game_id in {row["gameId"] for row in playback.scoreboard(end_ms).games}


def test_a_shuffled_list_has_the_same_games(recordings_dir: Path) -> None:
    playback = Playback(recordings_dir, faults=("shuffled",))
    orders = set()
    for at_ms in range(playback.game.tip_ms, playback.game.tip_ms + 3_000_000, 100_000):
        ids = tuple(str(row["gameId"]) for row in playback.scoreboard(at_ms).games)
        assert len(set(ids)) == 3
        orders.add(ids)
    assert len(orders) > 3


@pytest.mark.parametrize("seed", [11, 12])
def test_under_every_fault_of_the_content_the_files_are_well_formed(recordings_dir: Path, seed: int) -> None:
    playback = Playback(recordings_dir, faults=CONTENT, fault_rate=0.5, seed=seed)
    for at_ms in range(playback.slate.start_ms, playback.slate.settled_ms, 120_000):
        body = playback.ask(SCOREBOARD_PATH, at_ms).body
        board = parse_scoreboard(body, received_ms=at_ms, source="nba", http_date_ms=at_ms)
        for row in board.games:
            game = next(game for game in playback.slate.games if game.game_id == row.line.game_id)
            if game.version(at_ms) is None:
                continue
            box = playback.ask(game_path("boxscore", game.game_id), at_ms).body
            line = parse_box_score(box, received_ms=at_ms, source="nba").line
            plays = parse_play_by_play(
                playback.ask(game_path("playbyplay", game.game_id), at_ms).body,
                home_team_id=row.home_team_id,
                away_team_id=row.away_team_id,
                received_ms=at_ms,
                source="nba",
            ).observation.plays
            if plays and game.end_ms is not None and at_ms < game.end_ms:
                assert (line.score_home, line.score_away) == (plays[-1].score_home, plays[-1].score_away)
