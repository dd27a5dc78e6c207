"""The book of all games: which files are due, and what an answer makes us say. Pure: no I/O, no clock.

`NbaSource` asks it what to request, brings it what came, and passes on the observations.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from random import Random

from courtside.errors import BadFeed
from courtside.events import AnyObservation
from courtside.sources.nba_answer import HOST_FAULTS, NotModified, NotYet, Outcome, Refusal, Wire, unpack
from courtside.sources.nba_endpoint import Circuit, Endpoint, PollOutcome
from courtside.sources.nba_faults import FaultLog
from courtside.sources.nba_game import GameEntry
from courtside.sources.nba_reader import Reader
from courtside.sources.nba_schedule import Plan, plan, scoreboard_interval_ms
from courtside.sources.nba_settings import NbaSettings
from courtside.sources.nba_stats import NbaStats

log = logging.getLogger("courtside.nba")

RecordingTap = Callable[[str, bytes, int], object]
"""Gets a file's name (`playbyplay_0022500776`), its body as the server had it, and the receipt time."""

CLOCK_SET_MS = 1000
"""A wall clock may tick back by less than that while it is being adjusted."""
QUIET_POLLS = 30.0
"""A fault that has not come for so long has stopped."""
_DISBELIEVED = frozenset({"stale", "plays_vanished"})
"""Faults of well-formed files that become true when they stay."""


class Book:
    """All that one poller knows."""

    def __init__(
        self,
        settings: NbaSettings,
        random: Random,
        stats: NbaStats,
        *,
        games: Iterable[str] = (),
        on_response: RecordingTap | None = None,
        now_ms: int,
    ) -> None:
        self.stats = stats
        self.scoreboard = Endpoint("scoreboard", "", settings, random)
        self.host = Circuit(settings.host_failures)
        self._settings = settings
        self._on_response = on_response
        self._faults = FaultLog(stats, settings.polls_ms(QUIET_POLLS))
        self._reader = Reader(settings, self._faults, random)
        self.games = self._reader.games
        self._probe_ms = 0
        self._probes = 0
        self._now_ms = now_ms
        self._replan_ms: int | None = now_ms
        self.scoreboard.pace(settings.polls_ms(1))
        for game_id in games:
            self._reader.open(game_id, now_ms).listed = False
        self._replan(now_ms)

    # What is due

    def due(self, now_ms: int) -> list[Endpoint]:
        """The files to ask for now, the longest due first; only one of them while the whole site fails."""
        self._follow_clock(now_ms)
        if self._replan_ms is not None and now_ms >= self._replan_ms:
            self._replan(now_ms)
        waiting = [
            endpoint
            for endpoint in self._endpoints()
            if endpoint.due_ms is not None and not endpoint.in_flight and endpoint.due_ms <= now_ms
        ]
        waiting.sort(key=_by_due)
        if self.host.state == "closed":
            return waiting
        if self.host.state == "half_open" or now_ms < self._probe_ms:
            return []
        return waiting[:1]

    def next_ms(self) -> int | None:
        """When `due` is worth asking again; None where only an answer can change it."""
        times = [
            endpoint.due_ms
            for endpoint in self._endpoints()
            if endpoint.due_ms is not None and not endpoint.in_flight
        ]
        if self.host.state == "half_open":
            times = []
        elif self.host.state == "open" and times:
            times = [max(min(times), self._probe_ms)]
        if self._replan_ms is not None:
            times.append(self._replan_ms)
        return min(times, default=None)

    def ask(self, endpoint: Endpoint, now_ms: int) -> None:
        """A request for the file goes out."""
        endpoint.ask(now_ms)
        self.host.probe()
        self.stats.files[endpoint.kind].polls += 1
        self.stats.in_flight += 1

    def abandon(self) -> None:
        """The requests that are out will not be answered."""
        for endpoint in self._endpoints():
            endpoint.in_flight = False
        self.stats.in_flight = 0

    # What came

    def take(self, endpoint: Endpoint, outcome: Outcome, now_ms: int) -> list[AnyObservation]:
        """What an answer says that is new; whatever is wrong with it is counted, never raised."""
        self.stats.in_flight -= 1
        said: list[AnyObservation] = []
        refusal: Refusal | None = None
        if isinstance(outcome, Refusal):
            refusal = outcome
        elif isinstance(outcome, NotModified):
            self._note(endpoint, "not_modified")
            endpoint.unmodified()
            said = self._unchanged(endpoint, now_ms)
        elif isinstance(outcome, NotYet):
            self._not_yet(endpoint, now_ms)
        else:
            refusal, said = self._body(endpoint, outcome, now_ms)
        self._note_health(endpoint, refusal, now_ms)
        self._faults.sweep(now_ms)
        self.stats.observations += len(said)
        entry = self.games.get(endpoint.game_id)
        if entry is None or entry.is_planned_otherwise(now_ms):
            self._replan(now_ms)
        return said

    def lost(self, endpoint: Endpoint, refusal: Refusal, now_ms: int) -> None:
        """An attempt failed that is repeated at once."""
        self._faults.count(refusal.fault, endpoint.name, refusal.message, now_ms)

    def _body(
        self, endpoint: Endpoint, wire: Wire, now_ms: int
    ) -> tuple[Refusal | None, list[AnyObservation]]:
        self.stats.files[endpoint.kind].wire_bytes += len(wire.data)
        if wire.same_body(endpoint.accepted):
            self._note(endpoint, "same_bytes")
            endpoint.revalidated()
            return None, self._unchanged(endpoint, now_ms)
        try:
            if endpoint.rejected is not None and wire.same_body(endpoint.rejected[0]):
                raise endpoint.rejected[1]
            body = unpack(wire, self._settings.max_response_bytes)
            self._record(endpoint, wire, body, now_ms)
            said = self._reader.read(endpoint, wire, body, now_ms)
        except BadFeed as error:
            if error.kind == "access_denied":
                self._not_yet(endpoint, now_ms)
                return None, []
            if error.kind not in _DISBELIEVED:
                endpoint.rejected = (wire, error)
                return Refusal(error.kind, str(error)), []
            # The site is well; the copy that it gave is not to be believed.
            self._note(endpoint, "rejected")
            self._faults.count(error.kind, endpoint.name, str(error), now_ms)
            return None, []
        endpoint.accept(wire)
        self._note(endpoint, "changed")
        self.stats.last_success_ms[endpoint.name] = now_ms
        return None, said

    def _note(self, endpoint: Endpoint, ended: PollOutcome) -> None:
        endpoint.ended = ended
        self.stats.files[endpoint.kind].count(ended)

    def _unchanged(self, endpoint: Endpoint, now_ms: int) -> list[AnyObservation]:
        self.stats.last_success_ms[endpoint.name] = now_ms
        accepted = endpoint.accepted
        if (
            endpoint.recorded is not None
            and accepted is not None
            and not accepted.same_body(endpoint.recorded)
        ):
            # A refused copy came between: who replays the recording has to find the way back.
            body = unpack(accepted, self._settings.max_response_bytes)
            self._record(endpoint, accepted, body, now_ms)
        return self._reader.unchanged(endpoint, now_ms)

    def _not_yet(self, endpoint: Endpoint, now_ms: int) -> None:
        self._note(endpoint, "not_yet")
        if endpoint.kind == "scoreboard" or endpoint.accepted is not None:
            self._faults.count(
                "file_missing", endpoint.name, "AccessDenied for a file that must exist", now_ms
            )

    def _note_health(self, endpoint: Endpoint, refusal: Refusal | None, now_ms: int) -> None:
        """Back-off and circuits of the file and of the whole site."""
        settings = self._settings
        if refusal is None:
            if endpoint.answered():
                self._count_circuits()
                log.info("%s answers again", endpoint.name)
            if self.host.succeed():
                log.info("%s answers again", settings.url)
            return
        self._note(endpoint, "rejected")
        self._faults.count(refusal.fault, endpoint.name, refusal.message, now_ms)
        if endpoint.failed(now_ms, refusal.retry_after_ms):
            self._count_circuits()
            log.warning(
                "%s has failed %d times in a row (%s): asking every %.0f s until it answers",
                endpoint.name,
                endpoint.circuit.failures,
                refusal.fault,
                settings.polls_ms(settings.circuit_open_polls) / 1000,
            )
        if refusal.fault not in HOST_FAULTS:
            self.host.succeed()
            return
        probed = self.host.state == "half_open"
        opened = self.host.fail()
        if opened:
            self._probes = 0
            log.warning(
                "%s fails for every file (%s): one file probes until it answers", settings.url, refusal.fault
            )
        if opened or probed:
            wait_ms = settings.polls_ms(settings.backoff_first_polls) * 2 ** min(self._probes, 30)
            self._probe_ms = now_ms + min(wait_ms, settings.polls_ms(settings.backoff_cap_polls))
            self._probes += 1

    # What is known

    def _follow_clock(self, now_ms: int) -> None:
        """A machine's clock that is set back must not make us wait until it has caught up."""
        back_ms = self._now_ms - now_ms
        self._now_ms = now_ms
        if back_ms > CLOCK_SET_MS:
            log.warning(
                "the machine's clock went back by %.0f s: polling goes on by the new time", back_ms / 1000
            )
            for endpoint in self._endpoints():
                endpoint.shift(-back_ms)
            self._probe_ms -= back_ms
            self._replan(now_ms)

    def _replan(self, now_ms: int) -> None:
        """Sets the pace of every file, and forgets games that are over and gone from the scoreboard."""
        plans: list[Plan] = []
        self._replan_ms = None
        for game_id, entry in list(self.games.items()):
            entry.plan = current = plan(entry.known, now_ms, self._settings)
            idle = not any(endpoint.in_flight for endpoint in entry.endpoints)
            if not entry.listed and idle and current.phase in ("done", "given_up"):
                self._forget(game_id, entry)
                continue
            entry.had_teams = entry.known.has_teams
            _pace(entry.play_by_play, current.play_by_play_ms if entry.had_teams else None)
            _pace(entry.box_score, current.box_score_ms)
            plans.append(current)
            if current.until_ms is not None:
                self._replan_ms = min(self._replan_ms or current.until_ms, current.until_ms)
        _pace(self.scoreboard, scoreboard_interval_ms(plans, now_ms, self._settings))
        self.stats.games.clear()
        self.stats.games.update(current.phase for current in plans)
        self._count_circuits()

    def _count_circuits(self) -> None:
        self.stats.circuits_open = sum(endpoint.circuit.state != "closed" for endpoint in self._endpoints())

    def _forget(self, game_id: str, entry: GameEntry) -> None:
        del self.games[game_id]
        for endpoint in entry.endpoints:
            self.stats.last_success_ms.pop(endpoint.name, None)

    def _record(self, endpoint: Endpoint, wire: Wire, body: bytes, now_ms: int) -> None:
        if self._on_response is not None and not wire.same_body(endpoint.recorded):
            self._on_response(endpoint.name, body, now_ms)
            endpoint.recorded = wire

    def _endpoints(self) -> Iterator[Endpoint]:
        yield self.scoreboard
        for entry in self.games.values():
            yield entry.play_by_play
            yield entry.box_score


def _pace(endpoint: Endpoint, interval_ms: int | None) -> None:
    if endpoint.interval_ms != interval_ms:
        endpoint.pace(interval_ms)


def _by_due(endpoint: Endpoint) -> int:
    return endpoint.due_ms or 0
