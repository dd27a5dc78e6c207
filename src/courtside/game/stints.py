"""Stints: spans of a game in which the same ten players were on court, and the margin of each.

Without a box score the fold infers who is on court, often later than it was so: somebody who scores has
been there since the period began. Spans are therefore cut from what the players' times say in the end,
not from who stood on court when a play was folded.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from courtside.events import Play, RosterEntry, Side
from courtside.game.players import ON_COURT, Players
from courtside.game.state import GameState, fold, start


class Stint(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """From `start` to `end` (tenths of game time) these ten played; `margin` is home minus away.

    Five person ids a side, in ascending order. Points that are scored while the clock stands belong to
    the stint that ends there: a free throw counts for those who were on court at the foul.
    """

    start: int
    end: int
    margin: int
    home: tuple[int, ...]
    away: tuple[int, ...]


def stints(plays: Iterable[Play], roster: Sequence[RosterEntry] = ()) -> tuple[Stint, ...]:
    """The stints of a game, in order; spans in which a side has not five known players are left out."""
    state = start(roster)
    floor = Floor(state)
    for play in plays:
        state = fold(state, play)
        floor.see(state)
    return floor.stints()


class Floor:
    """Notes who was on court and when while a game is folded; `see` is called after each play."""

    def __init__(self, state: GameState) -> None:
        self._players: Players = state.players
        self._elapsed = state.elapsed
        self._times = [state.elapsed]
        self._margins = [state.differential]
        self._spans: list[tuple[int, int, Side, int]] = []

    def see(self, state: GameState) -> None:
        if state.players is not self._players:
            self._compare(state.players)
        self._elapsed = state.elapsed
        if state.differential != self._margins[-1]:
            self._times.append(state.elapsed)
            self._margins.append(state.differential)

    def _compare(self, players: Players) -> None:
        before = self._players
        self._players = players
        for person_id, now in players.items():
            was = before.get(person_id)
            if was is now or was is None or was.stint_start is None or was.stint_start == now.stint_start:
                continue
            end = was.stint_start + now.played_before - was.played_before
            if end > was.stint_start:
                self._spans.append((was.stint_start, end, now.side, person_id))

    def stints(self) -> tuple[Stint, ...]:
        """Those up to the last play that was seen."""
        spans = list(self._spans)
        for player in self._players.values():
            if player.stint_start is not None and player.stint_start < self._elapsed:
                spans.append((player.stint_start, self._elapsed, player.side, player.person_id))
        return tuple(self._cut(spans))

    def _cut(self, spans: list[tuple[int, int, Side, int]]) -> Iterable[Stint]:
        changes: list[tuple[int, Literal["in", "out"], Side, int]] = []
        for begin, end, side, person_id in spans:
            changes.append((begin, "in", side, person_id))
            changes.append((end, "out", side, person_id))
        # Whoever goes out and comes in again at one time is on court after it: out before in.
        changes.sort(key=lambda change: (change[0], change[1] == "in"))
        on_court: dict[Side, set[int]] = {"home": set(), "away": set()}
        since = 0
        for time, what, side, person_id in changes:
            home, away = on_court["home"], on_court["away"]
            if time > since and len(home) == len(away) == ON_COURT:
                margin = self._margin(time) - self._margin(since)
                yield Stint(since, time, margin, tuple(sorted(home)), tuple(sorted(away)))
            since = time
            if what == "in":
                on_court[side].add(person_id)
            else:
                on_court[side].discard(person_id)

    def _margin(self, time: int) -> int:
        return self._margins[bisect_right(self._times, time) - 1]
