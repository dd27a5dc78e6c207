"""Every simulated game is consistent in itself, whatever the seed."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courtside.clock import elapsed_tenths, period_start_tenths, period_tenths
from courtside.errors import BadInput
from courtside.events import Play, Side, other
from courtside.game.state import fold, start
from courtside.sources.simulator_game import SimulatedGame, simulate_game
from courtside.sources.simulator_league import TEAMS, rating, roster, team
from courtside.sources.simulator_path import course, scorings
from courtside.sources.simulator_squad import FOULS_OUT, ON_COURT, TIMEOUTS, Athlete

POINTS = {"2pt": 2, "3pt": 3, "freethrow": 1}
SEEDS = st.integers(0, 100_000)
CODES = st.sampled_from(sorted(TEAMS))


def games(examples: int) -> settings:
    return settings(max_examples=examples, deadline=None)


@st.composite
def simulated(draw: st.DrawFn) -> SimulatedGame:
    home = draw(CODES)
    away = draw(CODES.filter(lambda code: code != home))
    return simulate_game(draw(SEEDS), home, away, start_ms=1_740_000_000_000)


def _athletes(game: SimulatedGame) -> dict[int, Athlete]:
    return {athlete.person_id: athlete for squad in game.squads for athlete in squad.athletes}


def _points(play: Play) -> int:
    return POINTS.get(play.action, 0) if play.made else 0


@games(25)
@given(simulated())
def test_points_add_up_to_the_score_after_every_play(game: SimulatedGame) -> None:
    score: dict[Side, int] = {"home": 0, "away": 0}
    for play in game.plays:
        if play.side is not None:
            score[play.side] += _points(play)
        assert (play.score_home, play.score_away) == (score["home"], score["away"])
    assert (score["home"], score["away"]) == game.score
    for squad in game.squads:
        assert sum(squad.period_scores) == squad.score == sum(mate.points for mate in squad.athletes)


@games(25)
@given(simulated())
def test_the_box_score_counts_what_the_plays_say(game: SimulatedGame) -> None:
    count: Counter[tuple[int, str]] = Counter()
    for play in game.plays:
        if play.assist_id is not None:
            count[play.assist_id, "assists"] += 1
        if play.person_id is None:
            continue
        count[play.person_id, play.action] += 1
        count[play.person_id, "points"] += _points(play)
        count[play.person_id, f"{play.action} {play.sub_type}"] += 1
        count[play.person_id, f"{play.action} made"] += bool(play.made)
    for person_id, athlete in _athletes(game).items():
        assert athlete.points == count[person_id, "points"]
        assert athlete.assists == count[person_id, "assists"]
        assert athlete.offensive == count[person_id, "rebound offensive"]
        assert athlete.defensive == count[person_id, "rebound defensive"]
        assert athlete.steals == count[person_id, "steal"]
        assert athlete.blocks == count[person_id, "block"]
        assert athlete.turnovers == count[person_id, "turnover"]
        assert athlete.technicals == count[person_id, "foul technical"]
        assert athlete.fouls == count[person_id, "foul"] - athlete.technicals
        assert athlete.twos_tried == count[person_id, "2pt"]
        assert athlete.threes_tried == count[person_id, "3pt"]
        assert athlete.threes_made == count[person_id, "3pt made"]
        assert athlete.free_throws_tried == count[person_id, "freethrow"]
        assert athlete.free_throws_made == count[person_id, "freethrow made"]


@games(25)
@given(simulated())
def test_five_a_side_are_on_court_and_only_they_act(game: SimulatedGame) -> None:
    court: dict[Side, set[int]] = {"home": set(), "away": set()}
    for entry in game.roster:
        if entry.starter:
            court[entry.side].add(entry.person_id)
    for place, play in enumerate(game.plays):
        if play.action == "substitution" and play.side and play.person_id:
            if play.sub_type == "out":
                court[play.side].remove(play.person_id)
            else:
                assert play.person_id not in court[play.side]
                court[play.side].add(play.person_id)
            if game.plays[place + 1].action == "substitution":
                continue
        assert all(len(side) == ON_COURT for side in court.values())
        if play.person_id is not None and play.side is not None and play.action != "substitution":
            assert play.person_id in court[play.side]
        if play.assist_id is not None and play.side is not None:
            assert play.assist_id in court[play.side] - {play.person_id}


@games(25)
@given(simulated())
def test_a_player_with_six_fouls_leaves_and_does_not_come_back(game: SimulatedGame) -> None:
    fouls: Counter[int] = Counter()
    for play in game.plays:
        if play.person_id is None:
            continue
        if fouls[play.person_id] >= FOULS_OUT:
            # The turnover of an offensive foul is written down with the foul itself.
            assert play.sub_type in ("out", "offensive foul")
        if play.action == "foul" and play.sub_type != "technical":
            fouls[play.person_id] += 1
    assert max(fouls.values()) <= FOULS_OUT


@games(25)
@given(simulated())
def test_rebounds_follow_misses_and_only_misses(game: SimulatedGame) -> None:
    open_miss: Side | None = None
    for play in game.plays:
        if play.action == "rebound":
            assert open_miss is not None
            assert (play.sub_type == "offensive") == (play.side == open_miss)
            open_miss = None
        elif play.made is not None and play.descriptor != "technical":
            assert open_miss is None
            open_miss = None if play.made else play.side
        else:
            assert open_miss is None or play.action in ("block", "substitution", "timeout")


@games(25)
@given(simulated())
def test_free_throws_come_in_whole_trips_after_a_foul_that_announces_them(game: SimulatedGame) -> None:
    expected: list[str] = []
    for play in game.plays:
        awarded = [q for q in play.qualifiers if q.endswith("freethrow")]
        if play.action == "foul":
            assert not expected
            amount = int(awarded[0][0]) if awarded else 0
            expected = [f"{number} of {amount}" for number in range(1, amount + 1)]
        elif play.action == "freethrow":
            assert play.sub_type == expected.pop(0)
        elif play.action in ("2pt", "3pt", "turnover"):
            assert not expected
    assert not expected


@games(25)
@given(simulated())
def test_clock_order_and_wall_time_never_run_backwards(game: SimulatedGame) -> None:
    assert [play.order for play in game.plays] == sorted({play.order for play in game.plays})
    assert len({play.play_id for play in game.plays}) == len(game.plays)
    for before, after in pairwise(game.plays):
        assert elapsed_tenths(before.period, before.remaining_tenths) <= elapsed_tenths(
            after.period, after.remaining_tenths
        )
        assert before.at_ms is not None and after.at_ms is not None and before.at_ms <= after.at_ms
    for play in game.plays:
        assert 0 <= play.remaining_tenths <= period_tenths(play.period)
        if play.remaining_tenths > 600:
            assert play.remaining_tenths % 10 == 0


@games(25)
@given(simulated())
def test_periods_start_and_end_once_and_the_game_ends_decided(game: SimulatedGame) -> None:
    rows = [
        (play.action, play.sub_type, play.period) for play in game.plays if play.action in ("period", "game")
    ]
    wanted = [("period", kind, period) for period in range(1, game.periods + 1) for kind in ("start", "end")]
    assert rows == [*wanted, ("game", "end", game.periods)]
    assert game.score[0] != game.score[1]
    for period in range(4, game.periods):
        end = next(p for p in game.plays if (p.action, p.sub_type, p.period) == ("period", "end", period))
        assert end.score_home == end.score_away


@games(25)
@given(simulated())
def test_minutes_and_plus_minus_add_up_to_the_game(game: SimulatedGame) -> None:
    length = period_start_tenths(game.periods + 1)
    for squad, margin in zip(game.squads, (1, -1), strict=True):
        assert sum(mate.played for mate in squad.athletes) == ON_COURT * length
        plus_minus = sum(mate.plus - mate.minus for mate in squad.athletes)
        assert plus_minus == ON_COURT * margin * (game.score[0] - game.score[1])


@games(25)
@given(simulated())
def test_steals_follow_turnovers_and_blocks_follow_misses_of_the_other_side(game: SimulatedGame) -> None:
    for before, play in pairwise(game.plays):
        if play.action == "steal":
            assert before.action == "turnover" and before.side == other(play.side or "home")
        if play.action == "block":
            assert before.made is False and before.side == other(play.side or "home")


@games(25)
@given(simulated())
def test_nobody_takes_more_timeouts_than_there_are(game: SimulatedGame) -> None:
    for side in ("home", "away"):
        taken = [p for p in game.plays if p.action == "timeout" and p.side == side]
        assert sum(play.period <= 4 for play in taken) <= TIMEOUTS
    assert all(squad.timeouts >= 0 for squad in game.squads)


@games(15)
@given(simulated())
def test_the_game_core_folds_the_plays_to_the_same_box_score(game: SimulatedGame) -> None:
    state = start(game.roster)
    for play in game.plays:
        state = fold(state, play)
    length = period_start_tenths(game.periods + 1)
    for person_id, athlete in _athletes(game).items():
        player = state.players[person_id]
        assert (player.points, player.rebounds, player.assists) == (
            athlete.points,
            athlete.rebounds,
            athlete.assists,
        )
        assert player.fouls == athlete.fouls
        assert player.played(length) == athlete.played
        assert player.plus_minus(game.score[0] - game.score[1]) == athlete.plus - athlete.minus
    whole = course(scorings(game.plays), length)
    assert whole.lead_changes == state.momentum.lead_changes
    assert whole.ties == state.momentum.ties


def test_the_same_seed_gives_the_same_game_and_another_seed_another() -> None:
    assert simulate_game(5).plays == simulate_game(5).plays
    assert simulate_game(5).plays != simulate_game(6).plays


def test_the_announced_start_moves_the_wall_times_and_nothing_else() -> None:
    early, late = simulate_game(5), simulate_game(5, start_ms=60_000)
    assert [play.description for play in early.plays] == [play.description for play in late.plays]
    assert {(b.at_ms or 0) - (a.at_ms or 0) for a, b in zip(early.plays, late.plays, strict=True)} == {60_000}


def test_a_team_that_does_not_exist_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match="'XYZ'"):
        simulate_game(1, "XYZ", "BOS")


def test_a_team_does_not_play_itself() -> None:
    with pytest.raises(BadInput, match="itself"):
        simulate_game(1, "BOS", "BOS")


def test_every_player_is_invented_once() -> None:
    people = [player for code in TEAMS for player in roster(code)]
    assert len({player.person_id for player in people}) == len(people)
    assert min(player.person_id for player in people) >= 9_000_000
    for code in TEAMS:
        assert len({player.family_name for player in roster(code)}) == len(roster(code))
        assert len({player.jersey for player in roster(code)}) == len(roster(code))


def test_ratings_are_spread_like_a_standard_normal() -> None:
    values = [rating(code) for code in TEAMS]
    assert sum(values) == pytest.approx(0, abs=1e-9)
    assert sum(value * value for value in values) / len(values) == pytest.approx(1)


def test_better_teams_win_more_often() -> None:
    best, worst = max(TEAMS, key=rating), min(TEAMS, key=rating)
    wins = sum(
        game.score[0] > game.score[1] for game in (simulate_game(seed, worst, best) for seed in range(150))
    )
    assert wins < 65
    assert team(best).full_name


def test_a_trailing_team_fouls_at_the_end_of_a_close_game() -> None:
    fouls = sum(
        play.descriptor == "take" and play.period >= 4 and play.remaining_tenths < 600
        for seed in range(40)
        for play in simulate_game(seed).plays
    )
    assert fouls > 20
