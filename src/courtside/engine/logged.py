"""Observations in a log that several may write to, and what each of them does to its game.

What happens to a game follows from the order of its records alone, so that everybody who folds them says
the same: an engine, the one that takes over from it, and Spark.
"""

import msgspec

from courtside.engine.settings import EngineSettings
from courtside.engine.step import Step, advance
from courtside.errors import BadInput, OtherSource
from courtside.events import AnyObservation, ScoreLine
from courtside.forecast.forecast import Forecaster
from courtside.game.live import LiveGame, in_epoch
from courtside.replies import Receipt

KEPT_KEYS = 256
"""Idempotency keys that are remembered of a game."""


class Logged(msgspec.Struct, frozen=True, array_like=True):
    """A record of the log; its key there is `game_id`.

    `term` is that of the ingest that wrote it, empty where somebody else did: a game that has heard of a
    later term takes nothing of an earlier one, so that a leader who was cut off does no harm. A game
    of a source that can be shown again starts over where `epoch` is another than its own.
    Without an observation the game goes on in `epoch`, numbered from the start.
    """

    game_id: str
    observation: AnyObservation | None
    term: str = ""
    epoch: str | None = None
    call: str = ""
    """Names the call that waits for an answer; empty where nobody does."""
    key: str | None = None
    digest: str = ""


class LoggedGame(msgspec.Struct, frozen=True):
    """A game as of its last record."""

    live: LiveGame | None = None
    term: str = ""
    run: str | None = None
    """The `epoch` that the log's records named last; the game may have been renumbered since."""
    keys: tuple[tuple[str, str], ...] = ()
    """The newest idempotency keys with their digests."""


class Outcome(msgspec.Struct, frozen=True):
    """What a record came to."""

    game: LoggedGame
    step: Step | None = None
    """None where nothing new was said."""
    receipt: Receipt | None = None
    """The answer to a call that counted, or had nothing new to say."""
    refused: BadInput | None = None
    """The answer to a call that is wrong."""
    renumbered: bool = False


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Logged)


def encode_logged(logged: Logged) -> bytes:
    return _encoder.encode(logged)


def decode_logged(data: bytes) -> Logged:
    """The inverse of `encode_logged`; raises `msgspec.DecodeError` on anything else."""
    return _decoder.decode(data)


def take(game: LoggedGame, logged: Logged, forecaster: Forecaster, settings: EngineSettings) -> Outcome:
    """Fold one record into its game."""
    if logged.term and logged.term < game.term:
        return Outcome(game)
    game = msgspec.structs.replace(game, term=max(game.term, logged.term))
    live = game.live
    seen = logged.observation
    if seen is None:
        if live is None or logged.epoch is None or live.epoch == logged.epoch:
            return Outcome(game)
        return Outcome(_replace(game, live=in_epoch(live, logged.epoch)), renumbered=True)
    known = dict(game.keys).get(logged.key) if logged.key is not None else None
    wrong = refused(live, seen, known, logged.digest) if logged.call else None
    if wrong is not None:
        return Outcome(game, refused=wrong)
    if known is not None:
        return Outcome(game, receipt=_receipt(logged, live, accepted=False))
    if logged.epoch is not None and (live is None or game.run != logged.epoch):
        live = LiveGame(game_id=seen.game_id, epoch=logged.epoch, source=seen.source)
        game = _replace(game, run=logged.epoch)
    step = advance(live, seen, forecaster, settings)
    kept = step.kept is not None
    if kept:
        keys = game.keys if logged.key is None else (*game.keys, (logged.key, logged.digest))[-KEPT_KEYS:]
        game = _replace(game, live=step.live, keys=keys)
    return Outcome(
        game,
        step=step if kept else None,
        receipt=_receipt(logged, game.live, accepted=kept) if logged.call else None,
    )


def refused(
    live: LiveGame | None, seen: AnyObservation, known_digest: str | None, digest: str
) -> BadInput | None:
    """Why a call is wrong; `known_digest` is that of the call that counted under its key."""
    if known_digest is not None and known_digest != digest:
        return BadInput(
            "this Idempotency-Key was used for the same call with another body, and that one counted; "
            "give every call a key of its own"
        )
    pushed = isinstance(seen, ScoreLine) and seen.source == "push"
    if pushed and live is not None and live.source != "push":
        return OtherSource(
            f"game {live.game_id} comes from {live.source} and takes no pushed scores; "
            "push under another game_id"
        )
    return None


def _receipt(logged: Logged, live: LiveGame | None, *, accepted: bool) -> Receipt:
    return Receipt(logged.game_id, accepted, live.epoch if live else "", live.seq if live else 0)


_replace = msgspec.structs.replace
