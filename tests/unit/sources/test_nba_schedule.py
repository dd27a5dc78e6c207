from courtside.clock import HALF_TENTHS
from courtside.events import Play
from courtside.sources.nba_schedule import GameKnown, Plan, plan, scoreboard_interval_ms
from courtside.sources.nba_settings import NbaSettings

SETTINGS = NbaSettings()
NOW = 1_770_856_200_000
HOUR = 3_600_000


def game(**known: object) -> GameKnown:
    made = GameKnown("0022500776", NOW)
    for name, value in known.items():
        setattr(made, name, value)
    return made


def play(action: str = "2pt", period: int = 1, sub_type: str = "") -> Play:
    return Play(1, 1, period, 0, action, sub_type)


def phase(known: GameKnown, after_ms: int = 0) -> str:
    return plan(known, NOW + after_ms, SETTINGS).phase


def test_a_game_is_left_alone_until_shortly_before_its_tip_off() -> None:
    known = game(status="scheduled", start_ms=NOW + HOUR)
    assert plan(known, NOW, SETTINGS) == Plan("scheduled", None, None, NOW + HOUR - 600_000)
    assert plan(known, NOW + HOUR - 600_000, SETTINGS) == Plan("soon", 30_000, 30_000, NOW + 5 * HOUR)
    assert phase(known, 6 * HOUR) == "given_up"


def test_a_live_game_is_polled_at_full_pace_and_its_box_score_slower() -> None:
    assert plan(game(status="live"), NOW, SETTINGS) == Plan("live", 10_000, 30_000)


def test_plays_alone_or_a_final_that_the_plays_do_not_confirm_keep_a_game_live() -> None:
    assert phase(game(status="scheduled", start_ms=NOW + HOUR, last_play=play())) == "live"
    assert phase(game(status="final", last_play=play())) == "live"


def test_a_live_game_of_which_nothing_new_comes_for_hours_is_polled_slowly() -> None:
    assert phase(game(status="live"), 7 * HOUR) == "quiet"


def test_halftime_lasts_until_any_file_has_seen_the_third_period() -> None:
    half = play("period", 2, "end")
    assert phase(game(status="live", last_play=half)) == "halftime"
    assert phase(game(status="live", progress_tenths=HALF_TENTHS)) == "halftime"
    assert phase(game(status="live", last_play=half, progress_tenths=HALF_TENTHS + 1)) == "live"
    assert phase(game(status="live", last_play=play("period", 3, "start"))) == "live"
    assert phase(game(status="live", last_play=play("2pt", 2), progress_tenths=HALF_TENTHS)) == "live"


def test_a_game_that_ends_before_our_eyes_has_a_grace_then_slow_polls_then_none() -> None:
    known = game(status="live")
    known.note_plays((play(),), NOW)
    known.note_plays((play(), play("game", 4, "end")), NOW)
    assert plan(known, NOW, SETTINGS) == Plan("grace", 10_000, 30_000, NOW + 600_000)
    assert plan(known, NOW + 600_000, SETTINGS) == Plan("late", 300_000, 300_000, NOW + 6 * HOUR)
    assert plan(known, NOW + 6 * HOUR, SETTINGS) == Plan("done", None, None)


def test_a_game_that_was_over_when_first_seen_is_read_once_then_slowly() -> None:
    known = game()
    known.note_lines("final", True, NOW)
    assert phase(known) == "late"


def test_plays_after_the_end_make_a_game_live_again() -> None:
    known = game(status="live")
    known.note_plays((play("game", 4, "end"),), NOW)
    known.note_plays((play("game", 4, "end"), play("2pt", 5)), NOW + 1)
    assert phase(known, 1) == "live"


def test_a_reopened_status_starts_the_grace_anew() -> None:
    known = game(was_on=True)
    known.note_plays((play("game", 4, "end"),), NOW)
    known.note_lines("final", True, NOW)
    assert phase(known, HOUR) == "late"
    known.note_lines("live", False, NOW + HOUR)
    assert phase(known, HOUR) == "grace"


def test_a_postponed_game_and_one_without_a_time_that_stays_unknown_are_not_polled() -> None:
    assert plan(game(status="postponed"), NOW, SETTINGS) == Plan("postponed", None, None)
    assert plan(game(status="postponed", was_on=True), NOW, SETTINGS) == Plan("postponed", 60_000, 60_000)
    assert phase(game()) == "unknown"
    assert phase(game(), 5 * HOUR) == "given_up"


def test_the_scoreboard_is_fast_with_a_game_on_and_slow_without() -> None:
    def interval(*plans: Plan) -> int:
        return scoreboard_interval_ms(plans, NOW, SETTINGS)

    live, done = Plan("live", 1, 1), Plan("done", None, None)
    assert interval(done, live) == 10_000
    assert interval(Plan("soon", 1, 1)) == 10_000
    assert interval() == interval(done) == 60_000


def test_the_scoreboard_sleeps_towards_the_next_tip_off_up_to_its_cap() -> None:
    def interval(*opens_in_ms: int) -> int:
        plans = [Plan("scheduled", None, None, NOW + ms) for ms in opens_in_ms]
        return scoreboard_interval_ms(plans, NOW, SETTINGS)

    assert interval(5 * HOUR) == 300_000
    assert interval(5 * HOUR, 100_000) == 100_000
    assert interval(2_000) == 10_000
