"""Messages of one game in, scoring events out. Pure: the same messages give the same events.

The plays that were told are folded by the arithmetic of the game state itself. Where a correction changed
the past, all of it is folded again, and the difference to what has been told goes out.
"""

from collections.abc import Iterable, Iterator

import msgspec

from courtside.messages import Correction, GameStatus, Message, PlayData, ScoreUpdate
from courtside.momentum.event import Kind, ScoringEvent, Standing, Worth
from courtside.momentum.rows import Fold, Row, Rows, Scored
from courtside.momentum.wording import Heading, event_of, standing_of, totals_standing, worth_of

TYPES = frozenset({"play", "score_update", "correction", "game_status"})
"""The messages that scoring events follow from."""


class _Told(msgspec.Struct, frozen=True):
    revision: int
    scored: Scored | None
    """None once it is retracted."""


class Teller:
    """Follows one epoch of one game."""

    def __init__(self, game_id: str, epoch: str) -> None:
        self.epoch = epoch
        self._heading = Heading(game_id, epoch)
        self._rows = Rows()
        self._fold = Fold()
        self._told: dict[str, _Told] = {}
        self._statuses = 0
        self._waits = False
        """The first play came with a score that nobody told of: its counts come with the next score."""
        self._history: Standing | None = None
        """How the game stands, while plays of a game that was joined late are told one by one."""

    def take(self, message: Message) -> list[ScoringEvent]:
        """What follows from the next message of this epoch; of types other than `TYPES` nothing does."""
        self._heading.source, self._heading.timestamp = message.source, message.timestamp
        match message.data:
            case GameStatus() as status:
                return list(self._take_status(status))
            case PlayData() as play if play.action != "score":
                return list(self._take_play(play))
            case Correction() as correction:
                return list(self._take_correction(correction))
            case ScoreUpdate() as update:
                return list(self._take_score(update))
            case _:
                return []

    def _take_status(self, status: GameStatus) -> Iterator[ScoringEvent]:
        heading = self._heading
        heading.name(status.home_team, status.away_team)
        if status.status == heading.status:
            return
        heading.status = status.status
        fold, last = self._fold, self._rows.last
        at = None if last is None else Scored(last, 0, 0, fold.momentum, False, False)
        yield event_of(heading, "status", "status", self._statuses, at, None, self._standing)
        self._statuses += 1

    def _take_play(self, play: PlayData) -> Iterator[ScoringEvent]:
        rows = self._rows
        reached = rows.plays[-1].order if rows.plays else -1
        if rows.knows(play) or rows.overtaken(play) or play.order <= reached:
            rows.put(play)
            yield from self._difference()
            return
        if not rows.plays:
            self._waits = rows.put_past(play)
        row = rows.put(play)
        if not self._waits:
            yield from self._append(row)

    def _take_correction(self, correction: Correction) -> Iterator[ScoringEvent]:
        rows = self._rows
        for play in correction.retracted:
            rows.remove(play)
        for play in (*correction.revised, *correction.inserted):
            if play.action == "score":
                rows.insert_score(play)
            else:
                rows.put(play)
        if correction.reason == "play_by_play_took_over":
            rows.scores = []
            after = correction.score_after
            self._history = totals_standing(after.home, after.away, correction.totals)
        yield from self._difference()

    def _take_score(self, update: ScoreUpdate) -> Iterator[ScoringEvent]:
        self._history = None
        self._heading.name(update.home_team, update.away_team)
        home, away, totals = update.score_home, update.score_away, update.totals
        if home is None or away is None or update.period is None or update.elapsed_seconds is None:
            return
        if self._waits:
            self._waits = False
            if totals is not None:
                self._rows.adopt(totals)
            yield from self._difference()
        fold = self._fold
        if (home, away) == (fold.score_home, fold.score_away):
            if totals is not None and self._rows.last is not None and not fold.agrees(totals):
                self._rows.adopt(totals)
                yield from self._difference()
            return
        row = self._rows.add_score(
            round(update.elapsed_seconds * 10), home, away, update.period, update.game_clock or "", None
        )
        if totals is not None and not fold.step(row)[0].agrees(totals):
            self._rows.adopt(totals)
        yield from self._append(self._rows.scores[-1])

    def _append(self, row: Row) -> Iterator[ScoringEvent]:
        """The road of most plays: something new at the end."""
        self._fold, scored = self._fold.step(row)
        if scored is not None:
            yield self._say(_kind(scored), scored)

    def _difference(self) -> Iterator[ScoringEvent]:
        """Fold everything again, and say what is not as it was told."""
        fold = Fold()
        now: dict[str, Scored] = {}
        for row in self._rows:
            fold, scored = fold.step(row)
            if scored is not None:
                now[row.entry] = scored
        self._fold = fold
        if self._waits:
            return
        for told in [told for entry, told in self._told.items() if entry not in now]:
            if told.scored is not None:
                yield self._say("retracted", told.scored)
        for entry, scored in now.items():
            known = self._told.get(entry)
            if known is None or known.scored is None:
                yield self._say(_kind(scored), scored)
            elif not known.scored.same(scored):
                yield self._say("corrected", scored)

    def _say(self, kind: Kind, scored: Scored) -> ScoringEvent:
        entry = scored.row.entry
        known = self._told.get(entry)
        revision = 0 if known is None else known.revision + 1
        self._told[entry] = _Told(revision, None if kind == "retracted" else scored)
        previous: Worth | None = None
        if known is not None and known.scored is not None:
            previous = worth_of(known.scored)
        return event_of(self._heading, kind, entry, revision, scored, previous, self._standing)

    @property
    def _standing(self) -> Standing:
        return self._history or standing_of(self._heading, self._fold)


def _kind(scored: Scored) -> Kind:
    return "basket" if scored.row.play is not None and (scored.home or scored.away) else "score"


class Tellers:
    """All games; a message of a new epoch begins its game anew."""

    def __init__(self) -> None:
        self._games: dict[str, Teller] = {}

    def take(self, message: Message) -> list[ScoringEvent]:
        teller = self._games.get(message.game_id)
        if teller is None or teller.epoch != message.epoch:
            teller = self._games[message.game_id] = Teller(message.game_id, message.epoch)
        return teller.take(message)

    def take_all(self, messages: Iterable[Message]) -> Iterator[ScoringEvent]:
        for message in messages:
            yield from self.take(message)

    def forget(self, game_id: str) -> None:
        self._games.pop(game_id, None)
