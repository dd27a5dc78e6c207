"""Telling the world what changed: every message about a game is worded here.

A `Narrator` lives for one step. It knows what has been said before (`LiveGame.said`), says only what is
new, and numbers what it says.
"""

from collections.abc import Sequence

import msgspec

from courtside.clock import PATTERN_MINUTES, format_utc
from courtside.engine.outlook import Outlook
from courtside.engine.settings import EngineSettings
from courtside.engine.streaks import Streaks
from courtside.events import Status
from courtside.forecast.forecast import Forecaster
from courtside.game import score_path, view
from courtside.game.live import LiveGame, Said
from courtside.game.momentum import Momentum
from courtside.game.players import Players, PlayerState
from courtside.game.state import GameState
from courtside.messages import (
    Correction,
    GameStatus,
    LeadChange,
    Message,
    MessageData,
    PatternProgress,
    PlayerStats,
    Tie,
)

_replace = msgspec.structs.replace


class Narrator:
    """Collects the messages of one step for one game."""

    def __init__(
        self, live: LiveGame, received_ms: int, settings: EngineSettings, forecaster: Forecaster
    ) -> None:
        self.messages: list[Message] = []
        self._game_id = live.game_id
        self._epoch = live.epoch
        self._source = live.source
        self._timestamp = format_utc(received_ms)
        self.seq = live.seq
        self.streaks = Streaks(self.say, live.said, settings)
        self.outlook = Outlook(self.say, live, forecaster)
        self.score = live.said.score
        self.pattern = live.said.pattern
        self.refolded = False
        """Earlier plays or the rosters changed, so somebody may be known no more."""
        self._told_status = False
        self._named = False

    def say(self, kind: str, data: MessageData) -> int:
        self.seq += 1
        self.messages.append(
            Message(kind, self._timestamp, self._game_id, self._epoch, self.seq, self._source, data)
        )
        return self.seq

    def correction(self, correction: Correction) -> None:
        self.refolded = True
        changed = (*correction.revised, *correction.inserted, *correction.retracted)
        self.outlook.correct({play.play_id for play in changed})
        self.say("correction", correction)

    def play(self, live: LiveGame, before: GameState, after: GameState) -> None:
        """An appended play and all that follows from it at once."""
        timed = after.recent[-1]
        home, away = timed.points_home, timed.points_away
        play = timed.play
        change = self.outlook.look(live, after, play, scored=bool(home or away))
        if play.action != "score":
            points = view.side_points(play.side, home, away)
            holder = after.possession.holder
            self.say("play", view.play_data(live.info, play, after.elapsed, points, holder, change))
        if home or away:
            self._leads(live, before.momentum, after)
            self.streaks.scored(live.info, before.momentum.run, after)
            self._score(live, after)
        elif after.elapsed != before.elapsed:
            self.streaks.nobody_scored(live.info, after)
        self.outlook.tell(after, play)
        if after.path is not before.path:
            self.pattern_progress(after)

    def history(self, live: LiveGame, indexes: Sequence[int]) -> None:
        """Plays that were missed when they happened, without the events that they were at their time."""
        for play in view.listed_plays(live.info, live.plays, indexes):
            self.say("play", play)
        self.streaks.history(live.state)

    def _leads(self, live: LiveGame, before: Momentum, after: GameState) -> None:
        now = after.momentum
        clock = view.clock_text(after.remaining_tenths)
        if now.lead_changes > before.lead_changes and now.leader is not None:
            self.say(
                "lead_change",
                LeadChange(
                    now.leader,
                    view.team_of(live.info, now.leader),
                    now.lead_changes,
                    after.score_home,
                    after.score_away,
                    after.period,
                    clock,
                    after.elapsed / 10,
                    before.leading_since / 10,
                ),
            )
        if now.ties > before.ties:
            self.say(
                "tie",
                Tie(now.ties, after.score_home, after.score_away, after.period, clock, after.elapsed / 10),
            )

    def pattern_progress(self, state: GameState, *, only_last: bool = False) -> None:
        pattern = score_path.pattern(state.path)
        told = self.pattern
        if pattern == told:
            return
        self.pattern = pattern
        newest = len(pattern)
        grew = newest > len(told) and told == pattern[: len(told)]
        first = len(told) + 1 if grew and not only_last else newest
        for length in range(first, newest + 1):
            self.say(
                "pattern_progress",
                PatternProgress(list(pattern[:length]), length, PATTERN_MINUTES, length),
            )

    def _score(self, live: LiveGame, state: GameState) -> None:
        now = view.score_update(live, state)
        if now != self.score:
            self.score = now
            self.say("score_update", now)

    def standing(self, live: LiveGame) -> None:
        """What has changed once all plays are in: the score line, runs and droughts after a correction."""
        if not live.state.started:
            return
        if live.status != "final":
            self.streaks.standing(live.info, live.state)
        self._score(live, live.state)

    def status(
        self, live: LiveGame, status: Status, previous: Status | None, reopened: bool, *, named: bool
    ) -> None:
        """`named`: the teams were not known by these names before."""
        if status == "final":
            self.streaks.over(live.info, live.state)
        self._told_status = True
        self._named = named
        info = live.info
        self.say(
            "game_status",
            GameStatus(
                status,
                previous,
                reopened,
                info.home_team,
                info.away_team,
                info.home_name,
                info.away_name,
                None if info.start_ms is None else format_utc(info.start_ms),
            ),
        )

    def players(self, live: LiveGame, said: Said) -> Said:
        """Lines of the players that changed; those on court at the end of a minute; all at the end, and
        when their teams get a name."""
        state = live.state
        now = state.players
        minute = state.elapsed // score_path.MINUTE_TENTHS
        everybody = self._told_status and (live.status == "final" or self._named)
        if now is said.players and minute == said.player_minute and not everybody:
            return said
        if everybody:
            changed = list(now.values())
        else:
            changed = _changed(said.players, now, with_court=minute != said.player_minute)
        removed = [number for number in said.players if number not in now] if self.refolded else []
        if changed or removed:
            lines = view.player_lines(live.info, changed, state)
            self.say("player_stats", PlayerStats(state.elapsed / 10, lines, removed))
        return _replace(said, players=now, player_minute=minute)


def _changed(before: Players, now: Players, *, with_court: bool) -> list[PlayerState]:
    """Players who are not as they were, and everybody on court if asked."""
    if len(before) == len(now) and not with_court:
        # A step keeps the players' order, so that most are told apart by identity alone.
        same_place = zip(before.values(), now.values(), strict=True)
        return [player for known, player in same_place if player is not known]
    return [
        player
        for person_id, player in now.items()
        if before.get(person_id) is not player or (with_court and player.on_court)
    ]
