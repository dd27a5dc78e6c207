"""A log that several write to comes to the same game for everybody who folds it."""

from courtside.engine import EngineSettings
from courtside.engine.logged import Logged, LoggedGame, Outcome, decode_logged, encode_logged, take
from courtside.errors import BadInput, OtherSource
from courtside.events import ExternalForecast, ScoreLine
from tests.support.plain import Plain


def line(home: int, *, source: str = "nba", game_id: str = "g") -> ScoreLine:
    return ScoreLine(
        game_id=game_id,
        received_ms=1_700_000_000_000 + home,
        source=source,  # type: ignore[arg-type]
        home_team="BOS",
        away_team="NYK",
        status="live",
        period=1,
        remaining_tenths=7200 - 100 * home,
        score_home=home,
        score_away=0,
    )


def fold(*records: Logged) -> list[Outcome]:
    game, outcomes = LoggedGame(), []
    for record in records:
        # As it would come back from a broker.
        outcomes.append(take(game, decode_logged(encode_logged(record)), Plain(), EngineSettings()))
        game = outcomes[-1].game
    return outcomes


def scores(outcomes: list[Outcome]) -> list[int]:
    return [
        outcome.game.live.line.score_home or 0
        for outcome in outcomes
        if outcome.game.live is not None and outcome.game.live.line is not None
    ]


def test_a_leader_who_was_cut_off_does_no_harm() -> None:
    outcomes = fold(
        Logged("g", line(2), term="007"),
        Logged("g", line(4), term="008"),
        Logged("g", line(3), term="007"),
        Logged("g", line(6), term="008"),
    )
    assert scores(outcomes) == [2, 4, 4, 6]
    assert outcomes[2].step is None


def test_what_has_no_term_is_taken_whoever_leads() -> None:
    said = ExternalForecast(
        game_id="g", received_ms=1, source="push", model="m", horizon="final", point_forecast=3.0
    )
    outcomes = fold(Logged("g", line(2), term="007"), Logged("g", said))
    assert outcomes[1].step is not None
    assert outcomes[1].game.term == "007"


def test_a_game_that_is_shown_again_starts_over_in_the_epoch_of_that_run() -> None:
    outcomes = fold(
        Logged("g", line(20, source="replay"), term="1", epoch="a"),
        Logged("g", line(2, source="replay"), term="2", epoch="b"),
        Logged("g", line(22, source="replay"), term="1", epoch="a"),
    )
    last = outcomes[-1].game.live
    assert last is not None
    assert (last.epoch, scores(outcomes)) == ("b", [20, 2, 2])
    assert outcomes[1].step is not None and outcomes[1].step.messages[0].seq == 1


def test_a_renumbered_game_goes_on_from_where_it_stands() -> None:
    renumber = Logged("g", None, epoch="later")
    outcomes = fold(Logged("g", line(2)), renumber, renumber, Logged("g", line(4)))
    assert [outcome.renumbered for outcome in outcomes] == [False, True, False, False]
    step = outcomes[-1].step
    assert step is not None
    assert step.messages[0].epoch == "later" and step.messages[0].seq == 1
    assert scores(outcomes)[-1] == 4


def test_a_renumbered_game_of_a_replay_does_not_start_over() -> None:
    outcomes = fold(
        Logged("g", line(20, source="replay"), term="1", epoch="a"),
        Logged("g", None, epoch="later"),
        Logged("g", line(22, source="replay"), term="1", epoch="a"),
        Logged("g", line(2, source="replay"), term="2", epoch="b"),
    )
    epochs = [outcome.game.live.epoch for outcome in outcomes if outcome.game.live is not None]
    assert epochs == ["a", "later", "later", "b"]
    assert scores(outcomes) == [20, 20, 22, 2]


def test_a_call_counts_once_under_its_key() -> None:
    said = ExternalForecast(
        game_id="g", received_ms=1, source="push", model="m", horizon="final", point_forecast=3.0
    )
    call = Logged("g", said, call="1", key="k", digest="d")
    first, again, other = fold(call, call, Logged("g", said, call="2", key="k", digest="else"))
    assert first.receipt is not None and first.receipt.accepted
    assert again.receipt is not None and not again.receipt.accepted
    assert again.step is None
    assert isinstance(other.refused, BadInput)


def test_a_push_for_a_game_of_another_source_is_refused() -> None:
    outcomes = fold(Logged("g", line(2)), Logged("g", line(50, source="push"), call="1"))
    assert isinstance(outcomes[1].refused, OtherSource)
    assert scores(outcomes) == [2, 2]
