"""What can be asked of a server, as values: a path, and the type of the answer. No I/O."""

from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar
from urllib.parse import quote

import msgspec

from courtside.client.calls import reason_of
from courtside.errors import BadInput, CourtsideError, ServerUnavailable, UnknownGame
from courtside.messages import GameSnapshot, Message, PlayData, decode_message
from courtside.replies import (
    Accuracy,
    Health,
    ModelInfo,
    PredictionRecord,
    PredictReply,
    StateReply,
    Timeline,
)

T = TypeVar("T")


class Ask(msgspec.Struct, Generic[T], frozen=True):
    """One request; `answer` decodes what comes back."""

    method: str
    path: str
    decoder: msgspec.json.Decoder[T]
    params: dict[str, str] = {}
    body: bytes | None = None

    def answer(self, status: int, body: bytes, url: str) -> T:
        """Raises `UnknownGame`, `BadInput`, `ServerUnavailable` or `CourtsideError` for anything but 200."""
        where = f"{self.method} {url}{self.path}"
        if status == 404:
            raise UnknownGame(f"{where}: {reason_of(body) or 'not found'}")
        if status in (401, 403):
            raise CourtsideError(f"{where}: {status} {reason_of(body)}; give the client an api_key")
        if 400 <= status < 500:
            raise BadInput(f"{where}: {status} {reason_of(body)}")
        if status != 200:
            raise ServerUnavailable(f"{where}: {status} {reason_of(body)}; see the server's log")
        try:
            return self.decoder.decode(body)
        except msgspec.DecodeError as error:
            raise CourtsideError(
                f"{where} answered what this client cannot read ({error}); "
                "is it a Courtside server of the same version?"
            ) from error


class _PredictBody(msgspec.Struct, omit_defaults=True):
    pattern: list[float]
    alpha: float
    return_explanation: bool
    home_team: str | None = None
    away_team: str | None = None
    market_spread: float | None = None


class Games(msgspec.Struct, frozen=True):
    games: list[GameSnapshot]


class Plays(msgspec.Struct, frozen=True):
    plays: list[PlayData]


class Page(msgspec.Struct, frozen=True):
    """A page of a game's messages."""

    messages: list[msgspec.Raw]
    more: bool

    def decoded(self) -> list[Message]:
        return [decode_message(bytes(raw)) for raw in self.messages]


class Predictions(msgspec.Struct, frozen=True):
    predictions: list[PredictionRecord]


class Accuracies(msgspec.Struct, frozen=True):
    accuracy: list[Accuracy]


class Models(msgspec.Struct, frozen=True):
    models: list[ModelInfo]


_games = msgspec.json.Decoder(Games)
_snapshot = msgspec.json.Decoder(GameSnapshot)
_plays = msgspec.json.Decoder(Plays)
_timeline = msgspec.json.Decoder(Timeline)
_page = msgspec.json.Decoder(Page)
_predictions = msgspec.json.Decoder(Predictions)
_accuracies = msgspec.json.Decoder(Accuracies)
_models = msgspec.json.Decoder(Models)
_reply = msgspec.json.Decoder(PredictReply)
_state = msgspec.json.Decoder(StateReply)
_health = msgspec.json.Decoder(Health)


def predict(
    pattern: Sequence[float],
    alpha: float,
    explain: bool,
    home_team: str | None,
    away_team: str | None,
    market_spread: float | None,
) -> Ask[PredictReply]:
    numbers = [float(value) for value in pattern]
    body = _PredictBody(numbers, alpha, explain, home_team, away_team, market_spread)
    return Ask("POST", "/predict", _reply, body=msgspec.json.encode(body))


def predict_state(state: Mapping[str, object]) -> Ask[StateReply]:
    return Ask("POST", "/predict/state", _state, body=msgspec.json.encode(state))


def games() -> Ask[Games]:
    return Ask("GET", "/games", _games)


def game(game_id: str) -> Ask[GameSnapshot]:
    return Ask("GET", _game_path(game_id), _snapshot)


def plays(game_id: str) -> Ask[Plays]:
    return Ask("GET", _game_path(game_id) + "/plays", _plays)


def timeline(game_id: str) -> Ask[Timeline]:
    return Ask("GET", _game_path(game_id) + "/timeline", _timeline)


def messages(game_id: str, after_seq: int) -> Ask[Page]:
    return Ask("GET", _game_path(game_id) + "/messages", _page, {"after_seq": str(after_seq)})


def predictions(game_id: str | None) -> Ask[Predictions]:
    path = "/predictions" if game_id is None else f"/predictions/{quote(game_id, safe='')}"
    return Ask("GET", path, _predictions)


def accuracy() -> Ask[Accuracies]:
    return Ask("GET", "/accuracy", _accuracies)


def models() -> Ask[Models]:
    return Ask("GET", "/models", _models)


def health() -> Ask[Health]:
    return Ask("GET", "/health", _health)


def _game_path(game_id: str) -> str:
    return f"/games/{quote(game_id, safe='')}"
