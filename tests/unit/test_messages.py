import json

import msgspec
import pytest

from courtside.engine import Engine
from courtside.events import BoxScore, PlayByPlay
from courtside.game.view import snapshot
from courtside.messages import (
    COALESCED_TYPES,
    MESSAGE_TYPES,
    EncodedMessage,
    Explanation,
    ExternalPrediction,
    LeadChange,
    Message,
    decode_message,
    decode_snapshot,
    encode_message,
    encode_snapshot,
)
from courtside.sources.simulator_game import SimulatedGame, simulate_game
from tests.support.plain import Plain


@pytest.fixture(scope="module")
def game() -> SimulatedGame:
    return simulate_game(7, "DEN", "MIA", game_id="9000000007", start_ms=1_700_000_000_000)


@pytest.fixture(scope="module")
def told(game: SimulatedGame) -> tuple[list[Message], Engine]:
    """Every message of a game, and the engine that told them."""
    engine, messages = Engine(Plain()), []
    rosters = BoxScore(game_id=game.game_id, received_ms=1, source="simulated", players=game.roster)
    messages += engine.step(rosters).messages
    for count in range(1, len(game.plays) + 1):
        plays = PlayByPlay(
            game_id=game.game_id, received_ms=count, source="simulated", plays=game.plays[:count]
        )
        messages += engine.step(plays).messages
    return messages, engine


def test_every_message_of_a_game_survives_its_codec(told: tuple[list[Message], Engine]) -> None:
    for message in told[0]:
        encoded = encode_message(message)
        assert decode_message(encoded.frame) == message
        assert encoded == EncodedMessage(
            message.game_id, message.epoch, message.seq, message.type, encoded.frame
        )
        assert type(message.data) is MESSAGE_TYPES[message.type]


def test_a_frame_is_one_json_object_as_the_contract_says() -> None:
    lead = LeadChange("home", None, 3, 41, 39, 2, "07:11.2", 1008.8, 950.0)
    frame = encode_message(
        Message("lead_change", "2026-02-12T00:12:42.300Z", "0022500776", "e", 1842, "nba", lead)
    ).frame
    assert b"\n" not in frame
    assert json.loads(frame) == {
        "type": "lead_change",
        "timestamp": "2026-02-12T00:12:42.300Z",
        "game_id": "0022500776",
        "epoch": "e",
        "seq": 1842,
        "source": "nba",
        "data": {
            "side": "home",
            "team": None,
            "lead_changes": 3,
            "score_home": 41,
            "score_away": 39,
            "period": 2,
            "game_clock": "07:11.2",
            "elapsed_seconds": 1008.8,
            "previous_leader_since_seconds": 950.0,
        },
    }


def test_what_is_not_known_is_null_and_members_that_do_not_exist_are_not_named() -> None:
    theirs = ExternalPrediction("m", "final", 2.5, None, None, None)
    assert json.loads(msgspec.json.encode(theirs))["interval_lower"] is None
    assert json.loads(msgspec.json.encode(Explanation(weights={"persistence": 1.0}))) == {
        "weights": {"persistence": 1.0}
    }


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"[]",
        b"{}",
        b'{"type":"tie","timestamp":"","game_id":"g","epoch":"e","seq":1,"source":"nba","data":{}}',
        b'{"type":"tie","timestamp":"","game_id":"g","epoch":"e","seq":1,"source":"espn","data":{}}',
    ],
)
def test_what_is_no_message_is_refused(frame: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode_message(frame)


def test_a_type_that_nobody_knows_is_refused() -> None:
    frame = b'{"type":"weather","timestamp":"","game_id":"g","epoch":"e","seq":1,"source":"nba","data":{}}'
    with pytest.raises(KeyError, match="weather"):
        decode_message(frame)


def test_a_snapshot_survives_its_codec(told: tuple[list[Message], Engine], game: SimulatedGame) -> None:
    [live] = told[1].games.values()
    shown = snapshot(live)
    assert decode_snapshot(encode_snapshot(shown)) == shown
    assert (shown.score_home, shown.score_away) == game.score
    with pytest.raises(msgspec.DecodeError):
        decode_snapshot(b'{"game_id": 1}')


def test_only_messages_that_say_how_things_stand_may_be_left_out() -> None:
    assert MESSAGE_TYPES.keys() > COALESCED_TYPES
    assert not COALESCED_TYPES & {"ml_prediction", "correction", "game_status", "result", "play"}
