"""What a game's score follows from: its plays in order, and scores that are known without their plays."""

from bisect import insort
from collections.abc import Iterator

import msgspec

from courtside.game import momentum
from courtside.game.momentum import Momentum, Streak
from courtside.messages import GameTotals, PlayData, Run

NOT_SEEN = -1
"""`since` of a run whose first basket was not told."""
AFTER_ALL_PLAYS = 1_000_000_000_000
"""`order` of the first score that is known without its play."""

_replace = msgspec.structs.replace


class Row(msgspec.Struct, frozen=True):
    """A play, or a score without one, with the score after it. Times are tenths elapsed."""

    order: int
    entry: str
    elapsed: int
    score_home: int
    score_away: int
    period: int
    game_clock: str
    play: PlayData | None
    totals: GameTotals | None = None
    """Where the server counted what was not told here, these are the counts after it."""


class Scored(msgspec.Struct, frozen=True):
    """A row that changed the score, and what followed."""

    row: Row
    home: int
    away: int
    after: Momentum
    lead_change: bool
    tie: bool

    def same(self, other: "Scored") -> bool:
        """Whether nothing is to say of `other` that was not said of this. Words do not matter: they count
        things that edits change."""
        return _said(self) == _said(other)


class Fold(msgspec.Struct, frozen=True):
    """Where rows have come to."""

    momentum: Momentum = Momentum()
    elapsed: int = 0
    score_home: int = 0
    score_away: int = 0

    def step(self, row: Row) -> tuple["Fold", Scored | None]:
        """After one more row; None where it changed neither score nor counts."""
        elapsed = max(self.elapsed, row.elapsed)
        home, away = row.score_home - self.score_home, row.score_away - self.score_away
        was = now = self.momentum
        if home or away:
            now = momentum.score(was, elapsed, home, away, row.score_home, row.score_away)
        if row.totals is not None:
            now = _adopt(now, row.totals)
        after = Fold(now, elapsed, row.score_home, row.score_away)
        if not (home or away) and row.totals is None:
            return after, None
        lead_change, tie = now.lead_changes > was.lead_changes, now.ties > was.ties
        return after, Scored(row, home, away, now, lead_change, tie)

    def agrees(self, totals: GameTotals) -> bool:
        now = self.momentum
        return (
            now.lead_changes,
            now.ties,
            now.biggest_lead_home,
            now.biggest_lead_away,
            _size(now.biggest_run),
            _size(now.run),
        ) == (
            totals.lead_changes,
            totals.ties,
            totals.biggest_lead_home,
            totals.biggest_lead_away,
            _size(totals.biggest_run),
            _size(totals.current_run),
        )


class Rows:
    """Of one game, in order: first the plays, then the scores that lie beyond them."""

    def __init__(self) -> None:
        self.plays: list[Row] = []
        self.scores: list[Row] = []
        self._by_id: dict[int, Row] = {}
        self._scores_made = 0

    def __iter__(self) -> Iterator[Row]:
        yield from self.plays
        yield from self.scores

    @property
    def last(self) -> Row | None:
        return self.scores[-1] if self.scores else self.plays[-1] if self.plays else None

    def knows(self, play: PlayData) -> bool:
        return play.play_id in self._by_id

    def put(self, play: PlayData) -> Row:
        """A play in its place, instead of what was known of it."""
        row = _row(play)
        old = self._by_id.get(play.play_id)
        if old is not None:
            self.plays.remove(old)
        self._by_id[play.play_id] = row
        if not self.plays or row.order > self.plays[-1].order:
            self.plays.append(row)
        else:
            insort(self.plays, row, key=lambda each: each.order)
        return row

    def put_past(self, play: PlayData) -> bool:
        """What came before the first play that was told, as a score; False where nothing did."""
        home = play.score_home - (play.points if play.side == "home" else 0)
        away = play.score_away - (play.points if play.side == "away" else 0)
        if not home and not away:
            return False
        row = _row(play)
        self.plays.append(
            _replace(row, order=row.order - 1, entry="before", score_home=home, score_away=away, play=None)
        )
        return True

    def add_score(
        self, elapsed: int, home: int, away: int, period: int, clock: str, totals: GameTotals | None
    ) -> Row:
        """A score beyond everything that is known, with counts where they do not follow from it."""
        row = Row(
            AFTER_ALL_PLAYS + self._scores_made,
            self._name(),
            elapsed,
            home,
            away,
            period,
            clock,
            None,
            totals,
        )
        self.scores.append(row)
        return row

    def insert_score(self, play: PlayData) -> None:
        """A score that belongs into the past; those after it make room."""
        row = _row(play)
        later = [each.order for each in self.scores if each.elapsed > row.elapsed]
        place = min(later, default=AFTER_ALL_PLAYS + self._scores_made)
        self.scores = [
            _replace(each, order=each.order + 1) if each.order >= place else each for each in self.scores
        ]
        self.scores.append(_replace(row, order=place, entry=self._name(), play=None))
        self.scores.sort(key=lambda each: each.order)

    def adopt(self, totals: GameTotals) -> None:
        """After the last row the counts are these."""
        kept = self.scores or self.plays
        row = kept[-1] = _replace(kept[-1], totals=totals)
        if row.play is not None:
            self._by_id[row.play.play_id] = row

    def remove(self, play: PlayData) -> None:
        if play.action == "score":
            gone = (round(play.elapsed_seconds * 10), play.score_home, play.score_away)
            self.scores = [
                each for each in self.scores if (each.elapsed, each.score_home, each.score_away) != gone
            ]
        elif play.play_id in self._by_id:
            self.plays.remove(self._by_id.pop(play.play_id))

    def overtaken(self, play: PlayData) -> bool:
        """Drop scores that plays have reached; whether any were left or dropped."""
        had = bool(self.scores)
        if self.plays:
            reached = round(play.elapsed_seconds * 10)
            self.scores = [each for each in self.scores if each.elapsed > reached]
        return had

    def _name(self) -> str:
        name = f"score-{self._scores_made}"
        self._scores_made += 1
        return name


def _row(play: PlayData) -> Row:
    return Row(
        play.order,
        str(play.play_id),
        round(play.elapsed_seconds * 10),
        play.score_home,
        play.score_away,
        play.period,
        play.game_clock,
        play,
    )


def _said(scored: Scored) -> tuple[object, ...]:
    row, play = scored.row, scored.row.play
    who = None if play is None else (play.side, play.team, play.player_id, play.player)
    return (
        row.order, row.elapsed, row.period, row.game_clock, row.score_home, row.score_away,
        row.totals, scored.home, scored.away, scored.lead_change, scored.tie, who,
    )  # fmt: skip


def _size(run: Run | Streak | None) -> tuple[str, int] | None:
    return None if run is None else (run.side, run.points)


def _adopt(now: Momentum, totals: GameTotals) -> Momentum:
    """The counts of whoever saw more; since when a run goes on they do not say."""

    def streak(run: Run | None, known: Streak | None) -> Streak | None:
        if run is None or _size(run) == _size(known):
            return None if run is None else known
        return Streak(run.side, run.points, NOT_SEEN)

    return _replace(
        now,
        lead_changes=totals.lead_changes,
        ties=totals.ties,
        biggest_lead_home=totals.biggest_lead_home,
        biggest_lead_away=totals.biggest_lead_away,
        biggest_run=streak(totals.biggest_run, now.biggest_run),
        run=streak(totals.current_run, now.run),
    )
