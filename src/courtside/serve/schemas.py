"""What HTTP calls take, and what they answer beyond the replies that the program shares with clients."""

from typing import Annotated

import msgspec

from courtside.messages import PlayData
from courtside.replies import Accuracy, ModelInfo, PredictionRecord
from courtside.sources.push import PushedEnd, PushedGame, PushedScore

LARGEST_SCORE = 500
"""Twice the highest score of a team in the league's history, and more."""
LAST_PERIOD = 20
"""Sixteen overtimes; there have been six."""

# In Python `$` also matches before a last newline; the look-ahead says no to that.
_GAME_ID = r"^[A-Za-z0-9._:-]{1,64}(?!\n)$"
NAME = r"^[^\x00-\x1f\x7f]+(?!\n)$"

GameId = Annotated[str, msgspec.Meta(pattern=_GAME_ID, description="Letters, digits, . _ : -")]
TeamName = Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=NAME)]
Time = Annotated[str, msgspec.Meta(max_length=40, description="ISO 8601; UTC where no zone is given")]
Points = Annotated[int, msgspec.Meta(ge=0, le=LARGEST_SCORE)]


class NewGame(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`POST /games`"""

    game_id: GameId
    home_team: TeamName
    away_team: TeamName
    start_time: Time | None = None

    def pushed(self) -> PushedGame:
        return PushedGame(self.game_id, self.home_team, self.away_team, self.start_time)


class NewScore(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`POST /games/{game_id}/scores`; `time_remaining` is what is left of the quarter, `10:45`."""

    quarter: Annotated[int, msgspec.Meta(ge=1, le=LAST_PERIOD)]
    time_remaining: Annotated[str, msgspec.Meta(max_length=20)]
    score_home: Points
    score_away: Points
    timestamp: Time | None = None

    def pushed(self) -> PushedScore:
        return PushedScore(
            self.quarter, self.time_remaining, self.score_home, self.score_away, self.timestamp
        )


class GameEnd(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`POST /games/{game_id}/end`; the body may be empty."""

    score_home: Points | None = None
    score_away: Points | None = None
    timestamp: Time | None = None

    def pushed(self) -> PushedEnd:
        return PushedEnd(self.score_home, self.score_away, self.timestamp)


class Games(msgspec.Struct, frozen=True):
    """`GET /games`; each one is a `GameSnapshot`."""

    games: list[msgspec.Raw]


class Plays(msgspec.Struct, frozen=True):
    game_id: str
    plays: list[PlayData]


class GameMessages(msgspec.Struct, frozen=True):
    """A page of a game's messages, as they went over the stream."""

    game_id: str
    epoch: str
    """The game's epoch now; messages of another one cannot be resumed."""
    seq: int
    """The game's newest `seq`."""
    messages: list[msgspec.Raw]
    more: bool
    """There are messages after the last of this page."""


class Predictions(msgspec.Struct, frozen=True):
    predictions: list[PredictionRecord]


class Accuracies(msgspec.Struct, frozen=True):
    accuracy: list[Accuracy]


class Models(msgspec.Struct, frozen=True):
    models: list[ModelInfo]


class Readiness(msgspec.Struct, frozen=True):
    ready: bool
    reasons: list[str]
