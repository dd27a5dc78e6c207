"""The live files parsed: hand-made ones for every rule, the recorded ones for the truth."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courtside.errors import BadFeed
from courtside.events import Play, decode_observation, encode_observation
from courtside.formats.nba_live import (
    ParsedBoxScore,
    ParsedPlayByPlay,
    ParsedScoreboard,
    parse_box_score,
    parse_play_by_play,
    parse_scoreboard,
)

HOME, AWAY = 10, 20
Json = dict[str, object]


def action(number: int, **fields: object) -> Json:
    """One made-up action, spelled as the feed spells it."""
    row: Json = {
        "actionNumber": number,
        "orderNumber": number * 10_000,
        "clock": "PT11M38.00S",
        "timeActual": "2025-01-01T00:10:00.5Z",
        "period": 1,
        "actionType": "2pt",
        "subType": "Layup",
        "descriptor": "driving",
        "qualifiers": ["pointsinthepaint"],
        "teamId": HOME,
        "teamTricode": "HOM",
        "personId": 7,
        "playerName": "Seven",
        "playerNameI": "S. Seven",
        "possession": HOME,
        "scoreHome": "2",
        "scoreAway": "0",
        "shotResult": "Made",
        "assistPersonId": 8,
        "description": "S. Seven driving Layup",
        "x": None,
    }
    return row | fields


def without(row: Json, *names: str) -> Json:
    return {name: value for name, value in row.items() if name not in names}


def play_by_play_body(*actions: Json, time: str = "2025-01-01 19:21:52.287703") -> bytes:
    meta = {"version": 1, "code": 200, "time": time}
    return json.dumps({"meta": meta, "game": {"gameId": "0029900001", "actions": actions}}).encode()


def team(team_id: int, **fields: object) -> Json:
    row: Json = {
        "teamId": team_id,
        "teamName": "Herons" if team_id == HOME else "Aardvarks",
        "teamCity": "Hill" if team_id == HOME else "Avon",
        "teamTricode": "HOM" if team_id == HOME else "AWY",
        "score": 12,
        "inBonus": None,
        "timeoutsRemaining": 5,
    }
    return row | fields


def player(person_id: int, **fields: object) -> Json:
    row: Json = {
        "status": "ACTIVE",
        "order": 1,
        "personId": person_id,
        "jerseyNum": "00",
        "position": "PG",
        "starter": "1",
        "oncourt": "0",
        "name": "Sam Seven",
        "nameI": "S. Seven",
    }
    return row | fields


def game(**fields: object) -> Json:
    row: Json = {
        "gameId": "0029900001",
        "gameStatus": 2,
        "gameStatusText": "Q1 11:38",
        "period": 1,
        "gameClock": "PT11M38.00S",
        "gameTimeUTC": "2025-01-01T00:00:00Z",
        "homeTeam": team(HOME),
        "awayTeam": team(AWAY),
    }
    return row | fields


def box_score_body(**fields: object) -> bytes:
    home = team(
        HOME, inBonus="1", players=[player(7), player(8, starter="0", position="", status="INACTIVE")]
    )
    away = team(AWAY, inBonus="0", players=[player(9, jerseyNum="3")])
    row = {"homeTeam": home, "awayTeam": away} | fields
    return json.dumps({"meta": {"time": "2025-01-01 19:21:52.287703"}, "game": game(**row)}).encode()


def scoreboard_body(*games: Json, time: str = "2025-01-01 07:21:52.2152") -> bytes:
    board = {"gameDate": "2025-01-01", "games": games}
    return json.dumps({"meta": {"time": time}, "scoreboard": board}).encode()


def parse(body: bytes, previous: tuple[Play, ...] = ()) -> ParsedPlayByPlay:
    return parse_play_by_play(
        body, home_team_id=HOME, away_team_id=AWAY, received_ms=1_000, source="nba", previous=previous
    )


def plays_of(*actions: Json) -> tuple[Play, ...]:
    return parse(play_by_play_body(*actions)).observation.plays


PARSERS: dict[str, Callable[[bytes], object]] = {
    "play-by-play": parse,
    "box score": lambda body: parse_box_score(body, received_ms=1_000, source="nba"),
    "scoreboard": lambda body: parse_scoreboard(body, received_ms=1_000, source="nba"),
}
GOOD_BODIES: dict[str, bytes] = {
    "play-by-play": play_by_play_body(action(1), action(2, teamId=AWAY, possession=0)),
    "box score": box_score_body(),
    "scoreboard": scoreboard_body(game(), game(gameId="0029900002", gameStatus=1, period=0, gameClock="")),
}

each_file = pytest.mark.parametrize("what", sorted(PARSERS))


def kind_of(what: str, body: bytes) -> str:
    with pytest.raises(BadFeed) as caught:
        PARSERS[what](body)
    message = str(caught.value)
    assert message.startswith(what)
    assert "\n" not in message
    return caught.value.kind


# Play-by-play


def test_an_action_becomes_a_play_with_all_that_the_feed_says_of_it() -> None:
    parsed = parse(play_by_play_body(action(7)))
    assert parsed.game_id == parsed.observation.game_id == "0029900001"
    assert parsed.observation.received_ms == 1_000
    assert parsed.observation.source == "nba"
    assert parsed.stamp.utc_ms == 1_735_777_312_288
    assert parsed.observation.plays == (
        Play(
            order=70_000,
            play_id=7,
            period=1,
            remaining_tenths=6_980,
            action="2pt",
            sub_type="Layup",
            side="home",
            person_id=7,
            player="S. Seven",
            made=True,
            score_home=2,
            score_away=0,
            assist_id=8,
            possession="home",
            qualifiers=("pointsinthepaint",),
            description="S. Seven driving Layup",
            at_ms=1_735_690_200_500,
            descriptor="driving",
        ),
    )


def test_plays_are_in_the_order_of_their_order_numbers_whatever_the_file_and_the_action_numbers_say() -> None:
    plays = plays_of(
        action(5, orderNumber=30), action(9, orderNumber=10), action(2, orderNumber=20, timeActual=None)
    )
    assert [play.play_id for play in plays] == [9, 2, 5]


def test_of_two_actions_with_one_number_the_last_in_the_file_holds() -> None:
    plays = plays_of(action(1, orderNumber=50, scoreHome="3"), action(2), action(1, orderNumber=10))
    assert [(play.play_id, play.order, play.score_home) for play in plays] == [(1, 10, 2), (2, 20_000, 2)]


def test_a_row_of_no_team_and_no_player_has_neither() -> None:
    row = without(
        action(1, actionType="period", personId=0, possession=0), "teamId", "playerNameI", "shotResult"
    )
    (play,) = plays_of(without(row, "assistPersonId", "descriptor", "qualifiers", "subType", "description"))
    assert (play.side, play.possession, play.person_id, play.player) == (None, None, None, None)
    assert (play.made, play.assist_id, play.qualifiers, play.descriptor) == (None, None, (), "")


def test_a_team_id_of_zero_is_no_team() -> None:
    (play,) = plays_of(action(1, actionType="timeout", teamId=0))
    assert play.side is None


def test_a_free_throw_is_made_or_missed_as_its_shot_result_says() -> None:
    plays = plays_of(
        action(1, actionType="freethrow"), action(2, actionType="freethrow", shotResult="Missed", teamId=AWAY)
    )
    assert [(play.made, play.side) for play in plays] == [(True, "home"), (False, "away")]


def test_tenths_of_the_last_minute_are_kept() -> None:
    (play,) = plays_of(action(1, clock="PT00M05.20S"))
    assert play.remaining_tenths == 52


def test_a_game_without_actions_has_no_plays() -> None:
    assert plays_of() == ()


def test_scores_may_be_numbers_too() -> None:
    (play,) = plays_of(action(1, scoreHome=98, scoreAway=101))
    assert (play.score_home, play.score_away) == (98, 101)


def test_unknown_fields_and_kinds_of_action_pass() -> None:
    (play,) = plays_of(action(1, actionType="heave", brandNew={"deep": [1, 2]}))
    assert play.action == "heave"


@pytest.mark.parametrize(
    "field", ["actionNumber", "orderNumber", "clock", "period", "actionType", "scoreHome"]
)
def test_an_action_without_a_needed_field_is_refused(field: str) -> None:
    assert kind_of("play-by-play", play_by_play_body(without(action(1), field))) == "missing_field"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("actionNumber", "first"),
        ("orderNumber", -1),
        ("orderNumber", 2**63),
        ("scoreHome", ""),
        ("scoreAway", "-2"),
        ("scoreAway", None),
        ("period", 0),
        ("actionType", ""),
        ("qualifiers", "fastbreak"),
        ("teamId", "the home team"),
        ("description", 5),
        ("clock", "PT" + "0" * 1_000_000 + "M00.00S"),
        ("timeActual", "2025" * 100),
    ],
)
def test_an_action_with_a_value_that_cannot_be_is_refused(field: str, value: object) -> None:
    assert kind_of("play-by-play", play_by_play_body(action(1, **{field: value}))) == "bad_value"


@pytest.mark.parametrize(
    ("field", "value"),
    [("clock", "11:38 left"), ("clock", ""), ("clock", "PT13M00.00S"), ("timeActual", "yesterday")],
)
def test_a_clock_that_does_not_parse_is_refused_and_named(field: str, value: str) -> None:
    with pytest.raises(BadFeed, match="0029900001, action 4: .*" + value) as caught:
        plays_of(action(4, **{field: value}))
    assert caught.value.kind == "bad_clock"


def test_overtime_has_a_shorter_clock() -> None:
    assert kind_of("play-by-play", play_by_play_body(action(1, period=5, clock="PT05M01.00S"))) == "bad_clock"


@settings(deadline=None)
@given(numbers=st.permutations(range(1, 9)), known=st.integers(0, 8))
def test_neither_the_files_order_nor_an_earlier_parse_changes_what_is_said(
    numbers: list[int], known: int
) -> None:
    rows = [action(number, timeActual=None, scoreHome=str(number)) for number in range(1, 9)]
    plain = plays_of(*rows)
    shuffled = parse(play_by_play_body(*(rows[number - 1] for number in numbers)), plain[:known])
    assert shuffled.observation.plays == plain
    assert all(map(lambda one, other: one is other, shuffled.observation.plays[:known], plain[:known]))


@pytest.mark.parametrize("field", ["teamId", "possession"])
def test_a_team_that_does_not_play_is_refused(field: str) -> None:
    assert kind_of("play-by-play", play_by_play_body(action(1, **{field: 99}))) == "unknown_team"


# An earlier parse


def test_the_same_file_again_gives_the_very_same_plays() -> None:
    first = plays_of(action(1), action(2))
    again = parse(play_by_play_body(action(1), action(2)), first).observation.plays
    assert again is first


def test_a_changed_play_is_new_and_the_others_are_the_earlier_objects() -> None:
    first = plays_of(action(1), action(2))
    again = parse(play_by_play_body(action(1), action(2, scoreHome="3"), action(3)), first).observation.plays
    assert again[0] is first[0]
    assert [play.score_home for play in again] == [2, 3, 2]


def test_another_wall_time_alone_does_not_make_another_play() -> None:
    first = plays_of(action(1))
    moved = play_by_play_body(action(1, timeActual="2025-01-01T00:10:01.0Z"))
    assert parse(moved, first).observation.plays[0] is first[0]


def test_a_play_that_goes_is_gone() -> None:
    first = plays_of(action(1), action(2))
    again = parse(play_by_play_body(action(2)), first).observation.plays
    assert len(again) == 1
    assert again[0] is first[1]


# Box score


def test_a_box_score_has_both_rosters_and_the_score() -> None:
    parsed = parse_box_score(box_score_body(), received_ms=5, source="nba")
    assert (parsed.home_team_id, parsed.away_team_id) == (HOME, AWAY)
    first, second, third = parsed.observation.players
    assert (first.person_id, first.name, first.side, first.jersey) == (7, "S. Seven", "home", "00")
    assert (first.starter, first.active, first.position) == (True, True, "PG")
    assert (second.starter, second.active, second.position) == (False, False, None)
    assert (third.side, third.jersey) == ("away", "3")
    assert (parsed.observation.home_team, parsed.observation.away_name) == ("HOM", "Avon Aardvarks")
    line = parsed.line
    assert (line.status, line.period, line.remaining_tenths) == ("live", 1, 6_980)
    assert (line.score_home, line.timeouts_away, line.bonus_home, line.bonus_away) == (12, 5, True, False)
    assert line.start_ms == 1_735_689_600_000
    assert line.observed_ms == parsed.stamp.utc_ms == 1_735_777_312_288


def test_a_box_score_without_players_is_refused() -> None:
    assert kind_of("box score", box_score_body(homeTeam=team(HOME))) == "missing_field"


# Scoreboard


def line_of(**fields: object) -> tuple[object, ...]:
    (parsed,) = parse_scoreboard(scoreboard_body(game(**fields)), received_ms=1, source="nba").games
    line = parsed.line
    return line.status, line.period, line.remaining_tenths


def test_status_comes_from_the_code_and_never_from_the_text() -> None:
    assert line_of(gameStatusText="Final") == ("live", 1, 6_980)
    assert line_of(gameStatus=3, gameStatusText="Q4 :00.2", period=4, gameClock="") == ("final", 4, None)
    assert line_of(gameStatus=1, gameStatusText="7:00 pm ET", period=0, gameClock="") == (
        "scheduled",
        None,
        None,
    )


def test_a_postponed_game_is_known_by_its_text_alone() -> None:
    assert line_of(gameStatus=1, gameStatusText="PPD  ", period=0, gameClock="")[0] == "postponed"
    assert line_of(gameStatus=2, gameStatusText="PPD")[0] == "live"


def test_halftime_is_live_with_an_empty_clock_at_the_end_of_the_second_quarter() -> None:
    assert line_of(gameStatusText="Half", period=2, gameClock="PT00M00.00S") == ("live", 2, 0)


def test_a_team_that_is_not_known_yet_has_no_name() -> None:
    body = scoreboard_body(game(homeTeam=team(0, teamTricode="", teamCity=None, teamName=None)))
    (parsed,) = parse_scoreboard(body, received_ms=1, source="nba").games
    assert (parsed.line.home_team, parsed.line.home_name, parsed.home_team_id) == (None, None, 0)


def test_a_game_that_has_begun_tells_morning_from_evening() -> None:
    board = parse_scoreboard(
        scoreboard_body(game(gameTimeUTC="2025-01-02T00:00:00Z")), received_ms=1, source="nba"
    )
    assert board.stamp.utc_ms == 1_735_777_312_000
    assert board.games[0].line.observed_ms == 1_735_777_312_000


def test_without_a_hint_the_scoreboards_time_stays_open() -> None:
    scheduled = scoreboard_body(game(gameStatus=1, period=0, gameClock=""))
    assert parse_scoreboard(scheduled, received_ms=1, source="nba").games[0].line.observed_ms is None
    dated = parse_scoreboard(scheduled, received_ms=1, source="nba", http_date_ms=1_735_777_320_000)
    assert dated.games[0].line.observed_ms == 1_735_777_312_000


def test_an_impossible_clock_on_the_scoreboard_is_refused_with_the_game() -> None:
    assert kind_of("scoreboard", scoreboard_body(game(gameClock="soon"))) == "bad_clock"
    assert kind_of("scoreboard", scoreboard_body(game(gameTimeUTC="TBD"))) == "bad_clock"


def test_a_status_code_that_nobody_knows_is_refused() -> None:
    assert kind_of("scoreboard", scoreboard_body(game(gameStatus=4))) == "bad_value"


# Whatever the file


@each_file
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "empty_body"),
        (b" \r\n\t", "empty_body"),
        (b"<!DOCTYPE html><html><body>Access Denied</body></html>", "html"),
        (b"\n  <html>", "html"),
        (b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "access_denied"),
        (b"Service Unavailable", "not_json"),
        (b"\x1f\x8b\x08\x00", "not_json"),
        (b'{"meta": {"time": "\xff\xfe"}}', "not_json"),
        (b'{"meta": {"time": "\\ud800 12:00:00"}}', "not_json"),
        (b'{"unknown": ' + b"[" * 100_000, "not_json"),
        (b'{"meta": {"code": 500}} trailing', "not_json"),
        (b"{}", "error_envelope"),
        (b'{"message": "Internal server error"}', "error_envelope"),
        (b'{"meta": {"version": 1, "code": 404}}', "error_envelope"),
        (b'{"game": null, "scoreboard": null}', "error_envelope"),
        (b"[]", "bad_value"),
        (b'"oops"', "bad_value"),
        (b"null", "bad_value"),
        (b'{"game": [], "scoreboard": []}', "bad_value"),
        (b'{"game": {}, "scoreboard": {}}', "missing_field"),
    ],
)
def test_a_body_that_is_no_live_file_is_refused_by_kind(what: str, body: bytes, kind: str) -> None:
    assert kind_of(what, body) == kind


@each_file
def test_a_file_without_its_time_is_refused(what: str) -> None:
    body = json.loads(GOOD_BODIES[what])
    assert kind_of(what, json.dumps(body | {"meta": {"code": 200}}).encode()) == "missing_field"
    del body["meta"]
    assert kind_of(what, json.dumps(body).encode()) == "missing_field"
    body["meta"] = {"time": "just now"}
    assert kind_of(what, json.dumps(body).encode()) == "bad_stamp"


@each_file
def test_every_beginning_of_a_file_is_known_as_truncated(what: str) -> None:
    body = GOOD_BODIES[what]
    kinds = {kind_of(what, body[:length]) for length in range(1, len(body))}
    assert kinds == {"truncated"}


@each_file
def test_a_deeply_nested_value_is_refused_and_does_not_exhaust_the_stack(what: str) -> None:
    depth = 200_000
    assert kind_of(what, b'{"game": ' + b'{"a":' * depth + b"1" + b"}" * depth + b"}") in {
        "not_json",
        "missing_field",
        "error_envelope",
    }


def parse_or_refuse(what: str, body: bytes) -> None:
    """Anything but `BadFeed` fails the test; what is accepted must travel."""
    try:
        parsed = PARSERS[what](body)
    except BadFeed as error:
        assert "\n" not in str(error)
        return
    assert parsed is not None
    for name in ("observation", "line"):
        observation = getattr(parsed, name, None)
        if observation is not None:
            assert decode_observation(encode_observation(observation)) == observation
    msgspec.json.encode(parsed)


@each_file
@settings(deadline=None)
@given(body=st.binary(max_size=200))
def test_arbitrary_bytes_raise_nothing_but_bad_feed(what: str, body: bytes) -> None:
    parse_or_refuse(what, body)


leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(min_value=-(2**70), max_value=2**70),
    st.floats(allow_nan=False),
    st.text(alphabet="aZ09:.-+T \0\u00e9\u4e2d\U0001f3c0", max_size=8),
    st.sampled_from(
        ["", "0", "-1", "PT", "PT99M99.99S", "12:60", "2025-13-01 00:00:00.0", "9999-12-31 23:59:59"]
    ),
    st.sampled_from(["0001-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", "2025-01-01T00:00:00+99:99"]),
    st.just([]),
    st.just({}),
)


def paths(value: object, here: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [here] if here else []
    if isinstance(value, dict):
        for key, child in value.items():
            found += paths(child, (*here, str(key)))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            found += paths(child, (*here, index))
    return found


@each_file
@settings(deadline=None)
@given(data=st.data())
def test_a_mutated_file_raises_nothing_but_bad_feed(what: str, data: st.DataObject) -> None:
    tree = json.loads(GOOD_BODIES[what])
    for _ in range(data.draw(st.integers(1, 3))):
        *parents, last = data.draw(st.sampled_from(paths(tree)))
        node = tree
        for step in parents:
            node = node[step]
        if data.draw(st.booleans()):
            node[last] = data.draw(leaves)
        else:
            del node[last]
        if not paths(tree):
            break
    parse_or_refuse(what, json.dumps(tree).encode())


@each_file
@settings(deadline=None)
@given(data=st.data())
def test_a_file_with_flipped_bytes_raises_nothing_but_bad_feed(what: str, data: st.DataObject) -> None:
    body = bytearray(GOOD_BODIES[what])
    for place in data.draw(st.lists(st.integers(0, len(body) - 1), min_size=1, max_size=4)):
        body[place] = data.draw(st.integers(0, 255))
    parse_or_refuse(what, bytes(body))


@each_file
def test_what_the_simulator_wrote_is_labelled_so_whoever_serves_it(what: str) -> None:
    body = json.loads(GOOD_BODIES[what])
    body["meta"]["request"] = f"courtside simulator/games/9/{what}?Format=json"
    parsed = PARSERS[what](json.dumps(body).encode())
    if isinstance(parsed, ParsedScoreboard):
        assert {one.line.source for one in parsed.games} == {"simulated"}
    else:
        assert isinstance(parsed, ParsedPlayByPlay | ParsedBoxScore)
        assert parsed.observation.source == "simulated"
        if isinstance(parsed, ParsedBoxScore):
            assert parsed.line.source == "simulated"


# The recorded games


@pytest.mark.data
def test_every_recorded_game_parses_and_agrees_with_its_box_score(data_dir: Path) -> None:
    files = sorted((data_dir / "cdn" / "games").glob("boxscore_*.json.gz"))
    assert len(files) == 40
    for file in files:
        box = parse_box_score(gzip.decompress(file.read_bytes()), received_ms=1, source="replay")
        body = gzip.decompress(file.with_name(file.name.replace("boxscore", "playbyplay")).read_bytes())
        parsed = parse_play_by_play(
            body,
            home_team_id=box.home_team_id,
            away_team_id=box.away_team_id,
            received_ms=1,
            source="replay",
        )
        plays = parsed.observation.plays
        assert len(plays) == body.count(b'"actionNumber"')
        assert [play.order for play in plays] == sorted(play.order for play in plays)
        assert (plays[-1].score_home, plays[-1].score_away) == (box.line.score_home, box.line.score_away)
        assert box.line.status == "final"
        starters = [entry.side for entry in box.observation.players if entry.starter]
        assert sorted(starters) == ["away"] * 5 + ["home"] * 5
        names = {entry.person_id: entry.name for entry in box.observation.players}
        named = [play for play in plays if play.person_id in names and play.action != "substitution"]
        assert named
        assert {play.player for play in named} <= set(names.values())
        assert all(play.at_ms is not None for play in plays)
        assert all((play.made is None) == (play.action not in {"2pt", "3pt", "freethrow"}) for play in plays)
        assert decode_observation(encode_observation(parsed.observation)) == parsed.observation


@pytest.mark.data
def test_every_recorded_scoreboard_parses_with_its_statuses(data_dir: Path) -> None:
    files = sorted((data_dir / "cdn" / "scoreboards").glob("*.json"))
    assert len(files) == 30
    statuses: set[str | None] = set()
    for file in files:
        board = parse_scoreboard(file.read_bytes(), received_ms=1, source="replay")
        assert file.name.startswith(board.game_date)
        for one in board.games:
            statuses.add(one.line.status)
            assert (one.period == 0) == (one.game_status == 1)
            assert one.line.home_team
            assert one.line.start_ms is not None
            if one.game_status == 2 and board.stamp.utc_ms is not None:
                assert board.stamp.utc_ms > one.line.start_ms - 600_000
    assert statuses == {"scheduled", "live", "final", "postponed"}
