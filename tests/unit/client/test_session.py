"""The stream's client side against a model of a server, without a socket."""

from collections import deque

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courtside.client.reducer import begin
from courtside.client.session import MOST_RESUMED, Gone, Snapshot, StreamSession
from courtside.errors import BadInput, CourtsideError
from courtside.messages import Alert, GameSnapshot, Message, Tie, encode_message

GAMES = ("g1", "g2")


def tie(game_id: str, seq: int, epoch: str = "e1") -> Message:
    data = Tie(seq, 2 * seq, 2 * seq, 1, "10:00", 120.0)
    return Message("tie", "2026-02-12T00:00:00.000Z", game_id, epoch, seq, "simulated", data)


def alert(game_id: str, seq: int) -> Message:
    data = Alert("scoring_run", "home", "BOS", "BOS 10-0", 10.0, 0.0, 60.0)
    return Message("alert", "2026-02-12T00:00:00.000Z", game_id, "e1", seq, "simulated", data)


def frame(message: Message) -> bytes:
    return encode_message(message).frame


def snapshot_of(game_id: str, seq: int, epoch: str = "e1") -> GameSnapshot:
    return msgspec.structs.replace(begin(tie(game_id, max(seq, 1), epoch)), seq=seq)


def control(kind: str, **data: object) -> bytes:
    return msgspec.json.encode({"type": kind, "timestamp": "2026-02-12T00:00:00.000Z", "data": data})


def snapshot_frame(
    *games: GameSnapshot, recovered: bool | None = None, unknown: tuple[str, ...] = ()
) -> bytes:
    return control("snapshot", games=games, recovered=recovered, unknown=unknown)


def seqs(session: StreamSession, *frames: bytes) -> list[int]:
    given = [event for each in frames for event in session.receive(each)]
    return [event.seq for event in given if isinstance(event, Message)]


def opened(session: StreamSession, *games: GameSnapshot) -> dict[str, object]:
    """What a session sends when it has a new connection and the snapshot on it."""
    session.connected()
    session.receive(snapshot_frame(*games))
    (sent,) = session.to_send()
    subscribe = msgspec.json.decode(sent, type=dict[str, object])
    assert subscribe.pop("op") == "subscribe"
    return subscribe


def live_session(*games: GameSnapshot) -> StreamSession:
    session = StreamSession()
    session.connected()
    session.receive(control("hello", heartbeat_seconds=2.0))
    session.receive(snapshot_frame(*games))
    session.receive(control("subscribed", resumed=[]))
    return session


def test_the_first_connection_takes_the_snapshot_and_then_every_message() -> None:
    session = live_session(snapshot_of("g1", 5))
    assert session.games["g1"].seq == 5
    assert seqs(session, frame(tie("g1", 5)), frame(tie("g1", 6)), frame(tie("g1", 7))) == [6, 7]
    assert session.games["g1"].ties == 7


def test_a_game_that_no_snapshot_had_begins_with_its_first_message() -> None:
    session = live_session()
    assert seqs(session, frame(tie("g9", 1))) == [1]
    assert session.games["g9"].ties == 1
    assert session.games["g9"].score_home is None


def test_the_next_connection_asks_for_what_came_after_and_holds_until_all_of_it_is_there() -> None:
    session = live_session(snapshot_of("g1", 5))
    assert opened(session, snapshot_of("g1", 8)) == {"resume": {"g1": {"epoch": "e1", "seq": 5}}}
    assert session.to_send() == []
    assert seqs(session, frame(tie("g1", 9))) == []
    assert session.games["g1"].seq == 5
    assert seqs(session, *(frame(tie("g1", seq)) for seq in (6, 7, 8, 9))) == []
    assert seqs(session, control("subscribed", resumed=["g1"])) == [6, 7, 8, 9]
    assert seqs(session, frame(tie("g1", 10))) == [10]


def test_a_game_stands_as_after_the_message_that_was_given_last() -> None:
    session = live_session(snapshot_of("g1", 5))
    opened(session, snapshot_of("g1", 5))
    for seq in (6, 7, 8):
        assert list(session.receive(frame(tie("g1", seq)))) == []
    given = iter(session.receive(control("subscribed", resumed=["g1"])))
    for seq in (6, 7):
        assert next(given) == tie("g1", seq)
        assert session.games["g1"].seq == seq
    assert opened(session)["resume"] == {"g1": {"epoch": "e1", "seq": 7}}


def test_a_game_that_began_while_the_connection_was_lost_comes_from_its_first_message() -> None:
    session = live_session(snapshot_of("g1", 5))
    resume = {"g1": {"epoch": "e1", "seq": 5}, "g2": {"epoch": "e1", "seq": 0}}
    assert opened(session, snapshot_of("g1", 5), snapshot_of("g2", 2)) == {"resume": resume}
    replay = [frame(tie("g2", 1)), frame(tie("g2", 2)), control("subscribed", resumed=["g2"])]
    assert seqs(session, *replay) == [1, 2]


def test_from_the_start_means_every_message_of_every_game() -> None:
    session = StreamSession(from_start=True)
    assert opened(session, snapshot_of("g1", 3)) == {"resume": {"g1": {"epoch": "e1", "seq": 0}}}
    assert seqs(session, *(frame(tie("g1", seq)) for seq in (1, 2, 3)), control("subscribed")) == [1, 2, 3]


def test_what_cannot_be_recovered_resets_the_game() -> None:
    session = live_session(snapshot_of("g1", 5), snapshot_of("g2", 3))
    opened(session)
    event, gone = session.receive(
        snapshot_frame(snapshot_of("g1", 2, "e2"), recovered=False, unknown=("g2",))
    )
    assert gone == Gone(["g2"])
    assert isinstance(event, Snapshot)
    assert event.reset
    assert [game.epoch for game in event.games] == ["e2"]
    assert list(session.games) == ["g1"]
    assert seqs(session, frame(tie("g1", 6)), frame(tie("g1", 3, "e2")), control("subscribed")) == [3]
    assert session.games["g1"].epoch == "e2"


def test_a_new_epoch_without_a_snapshot_begins_the_game_anew() -> None:
    session = live_session(snapshot_of("g1", 5))
    assert seqs(session, frame(tie("g1", 1, "e2"))) == [1]
    assert session.games["g1"].ties == 1


def test_only_the_wanted_games_and_types_are_asked_for_and_given() -> None:
    session = StreamSession(games=["g2"], types=["tie"])
    assert opened(session, snapshot_of("g1", 0), snapshot_of("g2", 0)) == {"games": ["g2"], "types": ["tie"]}
    assert list(session.games) == ["g2"]
    given = seqs(session, frame(tie("g1", 1)), frame(alert("g2", 1)), frame(tie("g2", 2)))
    assert given == [2]


def test_a_heartbeat_moves_the_position_past_messages_that_were_not_subscribed_to() -> None:
    session = StreamSession(types=["tie"])
    opened(session, snapshot_of("g1", 1))
    session.receive(control("heartbeat", positions={"g1": {"epoch": "e1", "seq": 9}}))
    session.receive(control("subscribed"))
    session.receive(control("heartbeat", positions={"g1": {"epoch": "e1", "seq": 4}}))
    session.receive(control("heartbeat", positions={"g1": {"epoch": "e0", "seq": 40}}))
    assert opened(session)["resume"] == {"g1": {"epoch": "e1", "seq": 4}}


def test_states_that_were_left_out_for_a_slow_client_are_counted() -> None:
    session = live_session(snapshot_of("g1", 5))
    assert seqs(session, frame(tie("g1", 6)), frame(tie("g1", 9))) == [6, 9]
    assert session.coalesced == 2


def test_a_message_of_an_unknown_type_is_counted_and_not_asked_for_again() -> None:
    session = live_session(snapshot_of("g1", 1))
    newer = msgspec.json.decode(frame(tie("g1", 2))) | {"type": "edge"}
    assert seqs(session, msgspec.json.encode(newer)) == []
    assert session.skipped == 1
    assert opened(session)["resume"] == {"g1": {"epoch": "e1", "seq": 2}}


def test_control_messages_of_a_newer_server_are_passed_over() -> None:
    assert live_session().receive(control("announcement", text="hi")) == []


def test_hello_says_how_long_silence_may_last() -> None:
    assert live_session().silence_seconds == 6.0


def test_a_refused_subscription_is_an_error_with_the_servers_reason() -> None:
    session = StreamSession()
    opened(session)
    with pytest.raises(BadInput, match="types: 'x' is not a message type"):
        session.receive(control("error", field="types", reason="'x' is not a message type"))


def test_an_error_later_on_does_not_end_the_stream() -> None:
    assert live_session().receive(control("error", field=None, reason="not JSON")) == []


def test_an_unknown_type_is_refused_before_connecting() -> None:
    StreamSession(types=["edge", "forecast"])
    with pytest.raises(BadInput, match="'scores' is not a message type; choose from score_update"):
        StreamSession(types=["scores"])


@pytest.mark.parametrize("bad", [b"", b"<html>", b"{}", b'{"type":"tie","game_id":"g","epoch":"e","seq":1}'])
def test_what_is_not_of_the_stream_is_one_clear_error(bad: bytes) -> None:
    with pytest.raises(CourtsideError, match="is it a Courtside stream"):
        live_session().receive(bad)


def test_a_client_of_many_games_asks_again_only_for_those_with_the_newest_messages() -> None:
    session = live_session(*(snapshot_of(f"g{number}", 1) for number in range(MOST_RESUMED + 1)))
    session.receive(frame(tie("g0", 2)))
    resume = opened(session)["resume"]
    assert isinstance(resume, dict)
    assert len(resume) == MOST_RESUMED
    assert "g0" in resume
    assert "g1" not in resume


class ModelServer:
    """Answers as the real one: hello, snapshot, replay, `subscribed`, then live, or a little early."""

    def __init__(self) -> None:
        self.sent: dict[str, list[Message]] = {game: [] for game in GAMES}
        self.wire: deque[bytes] = deque()
        self.live = False
        self.origin: dict[str, int] = {}

    def connect(self) -> None:
        self.wire.clear()
        self.wire.append(control("hello", heartbeat_seconds=5.0))
        games = [snapshot_of(game, len(sent)) for game, sent in self.sent.items() if sent]
        self.wire.append(snapshot_frame(*games))
        self.origin = {game: len(sent) for game, sent in self.sent.items()}
        self.live = False

    def subscribe(self, frames: list[bytes]) -> None:
        if not frames:
            return
        resume = msgspec.json.decode(frames[0]).get("resume", {})
        start = {} if self.live else dict(self.origin)
        start |= {game: point["seq"] for game, point in resume.items()}
        for game, seq in start.items():
            self.wire.extend(frame(message) for message in self.sent[game][seq:])
        self.wire.append(control("subscribed", resumed=list(resume)))
        self.live = True

    def emit(self, game: str) -> None:
        message = tie(game, len(self.sent[game]) + 1)
        self.sent[game].append(message)
        if self.live:
            self.wire.append(frame(message))


@settings(max_examples=200)
@given(
    st.lists(
        st.one_of(st.sampled_from(["break", "break, early live", *GAMES]), st.integers(1, 4)), max_size=80
    ),
    st.booleans(),
)
def test_whatever_breaks_each_game_comes_whole_in_order_and_once(
    steps: list[str | int], from_start: bool
) -> None:
    server = ModelServer()
    session = StreamSession(from_start=from_start)
    given: dict[str, list[int]] = {game: [] for game in GAMES}

    def deliver(count: int) -> None:
        for _ in range(count):
            if not server.wire:
                return
            for event in session.receive(server.wire.popleft()):
                if isinstance(event, Message):
                    given[event.game_id].append(event.seq)
            server.subscribe(session.to_send())

    def reconnect(early: bool) -> None:
        session.connected()
        server.connect()
        server.live = early

    reconnect(early=False)
    for step in steps:
        if isinstance(step, int):
            deliver(step)
        elif step in GAMES:
            server.emit(step)
        else:
            reconnect(early=step == "break, early live")
    deliver(10_000)
    for game, messages in server.sent.items():
        # Without `from_start` the snapshot stands for the messages before the first one given.
        first = 1 if from_start else (given[game] or [len(messages) + 1])[0]
        assert given[game] == list(range(first, len(messages) + 1))
        if messages:
            assert session.games[game].seq == len(messages)
            assert session.games[game].ties == len(messages)


def subscribed() -> bytes:
    return control("subscribed", games=None, types=None, resumed=[])


def test_a_game_that_left_is_taken_off_the_games_and_said_to_be_gone() -> None:
    session = StreamSession()
    opened(session, snapshot_of("g1", 3), snapshot_of("g2", 5))
    list(session.receive(subscribed()))
    assert list(session.receive(control("heartbeat", positions={}, gone=["g1", "g9"]))) == [Gone(["g1"])]
    assert set(session.games) == {"g2"}
    assert opened(session, snapshot_of("g2", 5)) == {"resume": {"g2": {"epoch": "e1", "seq": 5}}}


def test_a_game_that_left_while_others_were_being_resumed_is_gone_as_well() -> None:
    session = StreamSession()
    opened(session, snapshot_of("g1", 3))
    assert list(session.receive(control("heartbeat", positions={}, gone=["g1"]))) == []
    assert list(session.receive(subscribed())) == [Gone(["g1"])]
    assert session.games == {}


def test_a_game_that_comes_back_is_as_it_was_and_no_message_comes_twice() -> None:
    session = StreamSession()
    opened(session, msgspec.structs.replace(snapshot_of("g1", 3), home_team="BOS"))
    list(session.receive(subscribed()))
    list(session.receive(control("heartbeat", positions={}, gone=["g1"])))
    assert seqs(session, frame(tie("g1", 4))) == [4]
    assert session.games["g1"].home_team == "BOS"
    list(session.receive(control("heartbeat", positions={}, gone=["g1"])))
    assert opened(session, snapshot_of("g1", 6)) == {"resume": {"g1": {"epoch": "e1", "seq": 4}}}
    assert session.games["g1"].home_team == "BOS"
    assert seqs(session, frame(tie("g1", 5)), frame(tie("g1", 6)), subscribed()) == [5, 6]


def test_of_games_that_left_only_so_many_are_remembered() -> None:
    session = StreamSession()
    ids = [f"g{number}" for number in range(MOST_RESUMED + 1)]
    opened(session, *[snapshot_of(game_id, 3) for game_id in ids])
    list(session.receive(subscribed()))
    [gone] = session.receive(control("heartbeat", positions={}, gone=ids))
    assert gone == Gone(ids)
    assert seqs(session, frame(tie(ids[-1], 3))) == []
    assert seqs(session, frame(tie(ids[0], 3))) == [3]
