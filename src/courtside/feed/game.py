"""One game of the feed: its three files at any virtual time."""

from collections import OrderedDict
from collections.abc import Sequence

from courtside.feed.action import Action, ActionMaker
from courtside.feed.body import Body
from courtside.feed.box_score import BoxScoreFile
from courtside.feed.layers import Layer
from courtside.feed.line import Line, Overlay, line_of, scheduled_line
from courtside.feed.play_by_play import PlayByPlayFile
from courtside.feed.recording import RecordedGame, shifted_box
from courtside.feed.scoreboard import Entry, EntryMaker
from courtside.feed.tally import Tallier, Tally
from courtside.feed.timeline import Timeline

MINUTE_MS = 60_000
KEPT_BODIES = 4


class PlayedGame:
    """A recorded game moved to its place in virtual time, with the faults that hit it.

    A version is the number of times that the game's files have been written anew (see `Timeline`).
    """

    def __init__(
        self,
        recorded: RecordedGame,
        shift_ms: int,
        actions: Sequence[Action],
        maker: ActionMaker,
        layers: Sequence[Layer] = (),
        overlays: Sequence[Overlay] = (),
    ) -> None:
        self.game_id = recorded.game_id
        self.simulated = recorded.simulated
        self.home = recorded.home.team_tricode
        self.away = recorded.away.team_tricode
        # A shift by seconds would give a tip-off time like 19:03:17; box score and scoreboard agree on it.
        self.scheduled_ms = (recorded.scheduled_ms + shift_ms) // MINUTE_MS * MINUTE_MS
        self.layers = layers
        self.overlays = overlays
        self.end_ms = end_of(actions) if recorded.over else None
        borders = [moment for overlay in overlays for moment in (overlay.start_ms, overlay.end_ms)]
        self.timeline = Timeline(actions, layers, maker, borders)
        self.tip_ms = self.timeline.tip_ms
        self._tallier = Tallier(recorded.roster, recorded.home.team_id, recorded.away.team_id)
        self._play_by_play = PlayByPlayFile(self.game_id, recorded.play_by_play_request)
        self._box_score = BoxScoreFile(
            recorded.box_score_request,
            shifted_box(recorded, self.scheduled_ms - recorded.scheduled_ms),
            recorded.home,
            recorded.away,
            self._tallier,
        )
        self._entries = EntryMaker(
            self.game_id,
            recorded.game_code,
            self.scheduled_ms,
            recorded.home,
            recorded.away,
            self._tallier,
        )
        self.before_tip = self._entries.entry(scheduled_line(self.scheduled_ms), None)
        self._entry: tuple[int, Entry] | None = None
        self._bodies: OrderedDict[tuple[str, int], Body] = OrderedDict()

    @property
    def settled_ms(self) -> int:
        """From this virtual time on every file is the true one."""
        return self.timeline.last_ms

    def version(self, at_ms: int) -> int | None:
        """None before the tip."""
        return self.timeline.version(at_ms)

    def written_ms(self, version: int) -> int:
        return self.timeline.times[version]

    def play_by_play(self, version: int) -> Body:
        return self._keep("playbyplay", version)

    def box_score(self, version: int) -> Body:
        return self._keep("boxscore", version)

    def line(self, version: int) -> Line:
        """The line that the plays and the game's true end give."""
        return self._line(version, self._tally(version))

    def entry(self, version: int | None) -> Entry | None:
        """The scoreboard's entry; None where a fault has dropped it."""
        if version is None:
            return self.before_tip
        if self._entry is not None and self._entry[0] == version:
            known = self._entry[1]
        else:
            tally = self._tally(version)
            line = self._line(version, tally)
            for overlay in self._active(version):
                line = overlay.apply(line, self.scheduled_ms)
            known = self._entries.entry(line, tally)
            self._entry = version, known
        return None if any(o.fault == "dropped_game" for o in self._active(version)) else known

    def _keep(self, kind: str, version: int) -> Body:
        key = kind, version
        body = self._bodies.get(key)
        if body is None:
            body = self._write(kind, version)
            self._bodies[key] = body
            if len(self._bodies) > KEPT_BODIES:
                self._bodies.popitem(last=False)
        return body

    def _write(self, kind: str, version: int) -> Body:
        at_ms = self.written_ms(version)
        if kind == "playbyplay":
            return self._play_by_play.body(self.timeline.actions(version), at_ms)
        tally = self._tally(version)
        line = self._line(version, tally)
        reopened = [overlay for overlay in self._active(version) if overlay.fault == "reopened"]
        if self._over(at_ms) and not reopened and not self.timeline.active(at_ms):
            return self._box_score.final(at_ms)
        for overlay in reopened:
            line = overlay.apply(line, self.scheduled_ms)
        return self._box_score.body(tally, line, at_ms, self.tip_ms)

    def _tally(self, version: int) -> Tally:
        return self._tallier.tally(self.timeline.actions(version))

    def _line(self, version: int, tally: Tally) -> Line:
        return line_of(tally, self._tallier, over=self._over(self.written_ms(version)))

    def _over(self, at_ms: int) -> bool:
        return self.end_ms is not None and at_ms >= self.end_ms

    def _active(self, version: int) -> list[Overlay]:
        at_ms = self.written_ms(version)
        return [overlay for overlay in self.overlays if overlay.active(at_ms)]


def end_of(actions: Sequence[Action]) -> int:
    """When the last action has become visible."""
    return max(action.at_ms for action in actions)
