"""When each file of a game is due, from what is known of the game. Pure: no I/O, no wall time."""

from collections.abc import Iterable

import msgspec

from courtside.clock import HALF_TENTHS, elapsed_tenths
from courtside.events import Play, Status
from courtside.sources.nba_settings import NbaSettings


class Plan(msgspec.Struct, frozen=True, gc=False):
    """Intervals in milliseconds; None is 'not polled'. Until `until_ms`, unless more becomes known."""

    phase: str
    play_by_play_ms: int | None
    box_score_ms: int | None
    until_ms: int | None = None


class GameKnown:
    """What is known of one game, from whichever file said it."""

    def __init__(self, game_id: str, now_ms: int) -> None:
        self.game_id = game_id
        self.first_seen_ms = now_ms
        self.changed_ms = now_ms
        """When a file last said anything new about it."""
        self.home_team_id: int | None = None
        self.away_team_id: int | None = None
        self.start_ms: int | None = None
        self.status: Status | None = None
        """What scoreboard and box score say together."""
        self.all_final = False
        """Whoever of the two has spoken says 'final'."""
        self.progress_tenths: int | None = None
        """Game time of the furthest score line."""
        self.last_play: Play | None = None
        self.over_ms: int | None = None
        """Since when it has been over, as far as we saw."""
        self.was_on = False
        """We saw it before it was over."""

    @property
    def has_teams(self) -> bool:
        return self.home_team_id is not None and self.away_team_id is not None

    @property
    def plays_ended(self) -> bool:
        return self.last_play is not None and self.last_play.action == "game"

    @property
    def is_over(self) -> bool:
        """By the plays' own 'game end', or, where those hang, by all that the other files say."""
        return self.plays_ended or self.all_final

    @property
    def at_half(self) -> bool:
        """The second period has ended and nobody has seen the third begin."""
        if self.progress_tenths is not None and self.progress_tenths > HALF_TENTHS:
            return False
        if self.last_play is not None:
            play = self.last_play
            return play.period == 2 and play.action == "period" and play.sub_type == "end"
        return self.progress_tenths == HALF_TENTHS

    def note_plays(self, plays: tuple[Play, ...], now_ms: int) -> None:
        self.last_play = plays[-1] if plays else None
        self._note_end(now_ms)

    def note_lines(self, status: Status | None, all_final: bool, now_ms: int) -> None:
        """`status` as settled between the files that speak of the game."""
        if self.status == "final" and status == "live":
            self.over_ms = None
        self.status = status
        self.all_final = all_final
        self._note_end(now_ms)

    def note_clock(self, period: int | None, remaining_tenths: int | None) -> None:
        if period is None or remaining_tenths is None:
            return
        self.progress_tenths = max(self.progress_tenths or 0, elapsed_tenths(period, remaining_tenths))

    def _note_end(self, now_ms: int) -> None:
        if not self.is_over:
            self.over_ms = None
            self.was_on = self.was_on or self.status == "live" or self.last_play is not None
        elif self.over_ms is None:
            self.over_ms = now_ms


def plan(game: GameKnown, now_ms: int, settings: NbaSettings) -> Plan:
    """How fast both files of a game are to be polled now."""
    live_ms = settings.polls_ms(1)
    box_ms = settings.polls_ms(settings.box_score_polls)
    slow_ms = settings.polls_ms(settings.halftime_polls)
    if game.over_ms is not None:
        return _after_the_end(game, game.over_ms, now_ms, settings)
    if game.status == "postponed":
        # One that had begun may go on, or may never have stopped.
        idle_ms = settings.polls_ms(settings.idle_polls) if game.was_on else None
        return Plan("postponed", idle_ms, idle_ms)
    if game.status in ("live", "final") or game.last_play is not None:
        # No `until_ms`: this is looked at with every answer, and a live game has many.
        if now_ms >= game.changed_ms + settings.polls_ms(settings.late_polls):
            late_ms = settings.polls_ms(settings.late_every_polls)
            return Plan("quiet", late_ms, late_ms)
        if game.at_half:
            return Plan("halftime", slow_ms, box_ms)
        return Plan("live", live_ms, box_ms)
    if game.start_ms is None:
        # Remembered from before, or announced without a time: somebody has to say more about it soon.
        until_ms = game.first_seen_ms + round(settings.tip_off_window_seconds * 1000)
        return (
            Plan("unknown", slow_ms, slow_ms, until_ms) if now_ms < until_ms else Plan("given_up", None, None)
        )
    opens_ms = game.start_ms - round(settings.tip_off_lead_seconds * 1000)
    closes_ms = game.start_ms + round(settings.tip_off_window_seconds * 1000)
    if now_ms < opens_ms:
        return Plan("scheduled", None, None, opens_ms)
    if now_ms < closes_ms:
        return Plan("soon", slow_ms, slow_ms, closes_ms)
    return Plan("given_up", None, None)


def scoreboard_interval_ms(plans: Iterable[Plan], now_ms: int, settings: NbaSettings) -> int:
    """Fast while any game is on or about to start; else towards the next tip-off."""
    next_ms: int | None = None
    for game in plans:
        if game.phase in ("live", "halftime", "soon", "unknown"):
            return settings.polls_ms(1)
        if game.phase == "scheduled" and game.until_ms is not None:
            next_ms = game.until_ms if next_ms is None else min(next_ms, game.until_ms)
    if next_ms is None:
        return settings.polls_ms(settings.idle_polls)
    longest_ms = settings.polls_ms(settings.asleep_polls)
    return max(min(next_ms - now_ms, longest_ms), settings.polls_ms(1))


def _after_the_end(game: GameKnown, over_ms: int, now_ms: int, settings: NbaSettings) -> Plan:
    grace_ends_ms = over_ms + settings.polls_ms(settings.grace_polls)
    late_ends_ms = over_ms + settings.polls_ms(settings.late_polls)
    late_ms = settings.polls_ms(settings.late_every_polls)
    # A game that was over when first seen has had its quick edits: it is read once, then slowly.
    if game.was_on and now_ms < grace_ends_ms:
        box_ms = settings.polls_ms(settings.box_score_polls)
        return Plan("grace", settings.polls_ms(1), box_ms, grace_ends_ms)
    if now_ms < late_ends_ms:
        return Plan("late", late_ms, late_ms, late_ends_ms)
    return Plan("done", None, None)
