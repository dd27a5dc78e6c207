from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from courtside.engine import Engine
from courtside.events import Play, decode_observation, encode_observation
from courtside.game.state import fold_all, start
from courtside.messages import Correction, LeadChange, PlayData, ScoreUpdate, encode_message
from courtside.sources.simulator_game import SimulatedGame
from tests.support.plain import Plain

Table = Any
MakeTable = Callable[..., Table]


def test_one_play_at_a_time_and_all_at_once_come_to_the_same_state(
    game: SimulatedGame, table: MakeTable
) -> None:
    slowly, at_once = table(), table()
    for each in (slowly, at_once):
        each.roster(game)
    for count in range(1, len(game.plays) + 1):
        slowly.plays(game.plays[:count])
    at_once.plays(game.plays)
    one, other = (each.engine.games[game.game_id] for each in (slowly, at_once))
    assert one.state == other.state == fold_all(start(game.roster), game.plays)
    assert one.status == other.status == "final"
    for each in (slowly, at_once):
        each.check_client()


def test_every_scoring_play_gives_one_score_update_and_every_play_one_play_message(
    game: SimulatedGame, table: MakeTable
) -> None:
    each = table()
    each.roster(game)
    for count in range(1, len(game.plays) + 1):
        each.plays(game.plays[:count])
    assert len(each.types("play")) == len(game.plays)
    scores = [(m.data.score_home, m.data.score_away) for m in each.types("score_update")]
    truth = [(play.score_home, play.score_away) for play in game.plays]
    assert list(dict.fromkeys(scores)) == list(dict.fromkeys(truth))
    points = sum(m.data.points for m in each.types("play"))
    assert points == sum(game.score)


def test_lead_changes_and_ties_are_counted_in_the_messages_themselves(
    game: SimulatedGame, table: MakeTable
) -> None:
    each = table()
    for count in range(1, len(game.plays) + 1):
        each.plays(game.plays[:count])
    leads = [m.data.lead_changes for m in each.types("lead_change")]
    ties = [m.data.ties for m in each.types("tie")]
    assert leads == list(range(1, each.live.lead_changes + 1))
    assert ties == list(range(1, each.live.ties + 1))


def test_a_response_that_says_the_same_again_is_not_accepted(game: SimulatedGame, table: MakeTable) -> None:
    each = table()
    each.plays(game.plays[:50])
    said = len(each.told)
    assert each.plays(game.plays[:50]).kept is None
    copies = tuple(replace(play, at_ms=(play.at_ms or 0) + 5) for play in game.plays[:50])
    assert each.plays(copies).kept is None, "a wall time alone is no news"
    assert len(each.told) == said


def test_an_overturned_basket_takes_the_score_down_and_says_so(game: SimulatedGame, table: MakeTable) -> None:
    each = table()
    each.roster(game)
    index = next(
        number
        for number, play in enumerate(game.plays)
        if number > 100 and play.made and play.action == "2pt"
    )
    before = game.plays[: index + 1]
    each.plays(before)
    shot, previous = before[-1], before[-2]
    missed = replace(
        shot, made=False, assist_id=None, score_home=previous.score_home, score_away=previous.score_away
    )
    each.plays((*before[:-1], missed))
    [correction] = [m.data for m in each.types("correction") if m.data.reason == "plays_edited"]
    assert isinstance(correction, Correction)
    assert [play.play_id for play in correction.revised] == [shot.play_id]
    assert correction.score_before != correction.score_after
    assert (correction.score_after.home, correction.score_after.away) == (
        previous.score_home,
        previous.score_away,
    )
    each.check_client()


def test_a_late_insertion_and_a_deletion_are_told_as_such(game: SimulatedGame, table: MakeTable) -> None:
    each = table()
    rebound = next(n for n, play in enumerate(game.plays) if n > 60 and play.action == "rebound")
    whole = game.plays[:120]
    without = (*whole[:rebound], *whole[rebound + 1 :])
    each.plays(game.plays[:40])
    each.plays(without)
    each.plays(whole)
    each.plays(without)
    corrections = [m.data for m in each.types("correction")][-2:]
    assert [play.play_id for play in corrections[0].inserted] == [whole[rebound].play_id]
    assert [play.play_id for play in corrections[1].retracted] == [whole[rebound].play_id]
    each.check_client()


def test_plays_that_follow_a_correction_in_one_response_are_told_as_new(
    game: SimulatedGame, table: MakeTable
) -> None:
    each = table()
    for count in range(1, 21):
        each.plays(game.plays[:count])
    edited = replace(game.plays[15], description="changed")
    each.plays((*game.plays[:15], edited, *game.plays[16:25]))
    kinds = [m.type for m in each.told]
    assert kinds.count("correction") == 1
    assert len(each.types("play")) == 25
    assert [p.play_id for p in each.types("correction")[0].data.revised] == [edited.play_id]


def test_a_game_joined_late_is_set_right_at_once_without_old_news(
    game: SimulatedGame, table: MakeTable
) -> None:
    each = table()
    each.plays(game.plays[:200])
    [correction] = [m.data for m in each.types("correction")]
    assert correction.reason == "play_by_play_took_over"
    assert correction.totals.lead_changes == each.live.lead_changes
    assert not each.types("lead_change", "tie", "alert")
    assert len(each.types("play")) == 200
    assert len(each.types("score_update")) == 1
    each.check_client()


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[str, int, int]]:
    """What goes wrong, where (as a share of the plays) and how many responses it lasts."""
    kinds = st.sampled_from(["edit", "hide", "phantom", "overturn", "reorder"])
    return draw(st.lists(st.tuples(kinds, st.integers(5, 95), st.integers(1, 8)), min_size=1, max_size=8))


def _spoil(plays: list[Play], kind: str, index: int) -> list[Play]:
    play = plays[index]
    match kind:
        case "edit":
            return [*plays[:index], replace(play, assist_id=None, description="?"), *plays[index + 1 :]]
        case "hide":
            return [*plays[:index], *plays[index + 1 :]]
        case "phantom":
            ghost = replace(
                play, order=play.order + 1, play_id=900_000 + index, action="timeout", person_id=None
            )
            return [*plays[: index + 1], ghost, *plays[index + 1 :]]
        case "overturn":
            return [*plays[:index], *(replace(p, score_home=p.score_home + 2) for p in plays[index:])]
        case _:
            return [*plays[:index], replace(play, order=play.order + 1), *plays[index + 1 :]]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(trouble=histories(), pace=st.integers(3, 40))
def test_whatever_was_edited_on_the_way_the_end_is_as_if_it_had_always_been_so(
    game: SimulatedGame, table: MakeTable, trouble: list[tuple[str, int, int]], pace: int
) -> None:
    each = table()
    each.roster(game)
    total = len(game.plays)
    for number, count in enumerate(range(1, total + pace, pace)):
        shown = list(game.plays[:count])
        for kind, share, lasts in trouble:
            index = total * share // 100
            first = index // pace
            if first < number <= first + lasts and index < len(shown):
                shown = _spoil(shown, kind, index)
        each.plays(sorted(shown, key=lambda play: play.order))
    each.plays(game.plays)
    live = each.engine.games[game.game_id]
    assert live.state == fold_all(start(game.roster), game.plays)
    each.check_client()


def test_a_player_known_only_by_a_play_that_was_taken_back_is_gone_for_clients_too(
    game: SimulatedGame, table: MakeTable
) -> None:
    each = table()
    each.roster(game)
    each.plays(game.plays[:20])
    foul = replace(game.plays[20], action="foul", sub_type="personal", person_id=77, side="home")
    each.plays((*game.plays[:20], foul))
    assert 77 in {line.player_id for line in each.client.players}
    each.plays(game.plays[:21])
    assert 77 not in {line.player_id for line in each.client.players}
    each.check_client()


def test_what_the_journal_keeps_gives_the_same_messages_again_to_the_byte(
    game: SimulatedGame, table: MakeTable
) -> None:
    each = table()
    each.line(status="scheduled", home_team="DEN", away_team="MIA")
    each.roster(game)
    for count in range(1, len(game.plays) + 1, 7):
        shown = list(game.plays[:count])
        if count % 3 == 0 and count > 10:
            shown[4] = replace(shown[4], description=f"edited {count}")
        each.plays(shown)
    each.plays(game.plays)
    again = Engine(Plain())
    told = []
    for observation in each.kept:
        told += again.step(decode_observation(encode_observation(observation))).messages
    assert [encode_message(m).frame for m in told] == [encode_message(m).frame for m in each.told]
    assert again.games[game.game_id].state == each.engine.games[game.game_id].state


def test_kept_observations_of_a_game_stay_under_a_megabyte(game: SimulatedGame, table: MakeTable) -> None:
    each = table()
    for count in range(1, len(game.plays) + 1):
        each.plays(game.plays[:count])
    assert sum(len(encode_observation(observation)) for observation in each.kept) < 200_000


def test_play_messages_carry_the_score_and_the_ball_after_them(game: SimulatedGame, table: MakeTable) -> None:
    each = table()
    for count in range(1, 60):
        each.plays(game.plays[:count])
    for message, play in zip(each.types("play"), game.plays, strict=False):
        data = message.data
        assert isinstance(data, PlayData)
        assert (data.play_id, data.score_home, data.score_away) == (
            play.play_id,
            play.score_home,
            play.score_away,
        )
    made = next(m.data for m in each.types("play") if m.data.action == "2pt" and m.data.points == 2)
    assert made.possession != made.side


def test_types_of_messages_are_what_they_say(game: SimulatedGame, table: MakeTable) -> None:
    each = table()
    for count in range(1, len(game.plays) + 1):
        each.plays(game.plays[:count])
    assert all(isinstance(m.data, LeadChange) for m in each.types("lead_change"))
    assert all(isinstance(m.data, ScoreUpdate) for m in each.types("score_update"))
