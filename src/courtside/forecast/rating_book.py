"""The rating book: what is known of teams and players before a game, and what a finished one adds to it.

A game counts once. One that comes again (a final that was corrected, a day that is replayed) is known by
its id; one from long before the last is left out, because nobody could tell whether it has counted.
"""

from collections.abc import Iterable, Mapping
from datetime import date as Date

import msgspec
import numpy as np
import numpy.typing as npt

from courtside.errors import ModelError
from courtside.events import PlayerPrior
from courtside.forecast.box_score import TERMS, BoxPrior
from courtside.forecast.elo import TeamRatings, is_neutral, season_on
from courtside.forecast.parts import arrays_to_bytes, bytes_to_arrays
from courtside.forecast.player_ratings import LEAGUE_SIZE, PlayerRatings
from courtside.forecast.player_table import PlayerTable
from courtside.game.finished import FinishedGame

ARRAYS, TABLE = "ratings.npz", "ratings.json"
COUNTED = frozenset("2456")
"""Third digit of a game id: regular season, playoffs, play-in and the final of the cup."""
KEPT_GAMES = 600
LATE_DAYS = 30
"""In so many days fewer than `KEPT_GAMES` games are played."""


class Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The part of a book that is JSON."""

    teams: TeamRatings
    player_teams: list[str]
    rated: list[str]
    last_date: str | None
    season: int | None


class RatingBook:
    """Ratings of teams and players; `rated` are the ids of the last games that counted."""

    def __init__(
        self,
        teams: TeamRatings | None = None,
        players: PlayerRatings | None = None,
        rated: Iterable[str] = (),
        last_date: str | None = None,
    ) -> None:
        self.teams = TeamRatings() if teams is None else teams
        self.players = PlayerRatings() if players is None else players
        self.rated = dict.fromkeys(rated)
        self.last_date = last_date
        """Eastern day of the last game that counted."""

    def prior(
        self, home: str, away: str, date: str, ids: Iterable[int] | None = None, *, neutral: bool = False
    ) -> tuple[dict[str, float], tuple[PlayerPrior, ...]]:
        """The values and players of a `Context` for a game of two tricodes on an Eastern day.

        Players are the two teams' own and those of `ids`; without `ids`, everybody who has played lately.
        """
        season = season_on(date)
        values = self.teams.values(home, away, date, neutral=neutral) | self.players.newcomer(season)
        day = Date.fromisoformat(date).toordinal()
        return values, self.players.prior(home, away, day, season, ids)

    def after(self, game: FinishedGame) -> bool:
        """Learn from a finished game; says whether it counted."""
        if not self.counts(game):
            return False
        home_advantage = 0.0 if is_neutral(game.game_id, game.date) else self.teams.home_advantage
        self.players.after(game, home_advantage)
        self.teams.after(game)
        self.rated[game.game_id] = None
        if len(self.rated) > KEPT_GAMES:
            del self.rated[next(iter(self.rated))]
        self.last_date = max(game.date, self.last_date or game.date)
        return True

    def counts(self, game: FinishedGame) -> bool:
        """Whether `after` would learn from it: of the season proper, new, and not from long ago."""
        if game.game_id[2] not in COUNTED or game.game_id in self.rated:
            return False
        if self.last_date is None:
            return True
        late = Date.fromisoformat(self.last_date) - Date.fromisoformat(game.date)
        return late.days <= LATE_DAYS

    def to_parts(self) -> dict[str, bytes]:
        """The book as files of a bundle; equal books give equal bytes."""
        players, box = self.players, self.players.box
        arrays: dict[str, npt.NDArray[np.generic]] = {
            **players.table.to_arrays(),
            "league": players.league,
            "coefficients": box.coefficients,
            "gram": box.gram,
            "moments": box.moments,
        }
        written = Written(
            self.teams, sorted(players.table.teams), list(self.rated), self.last_date, box.season
        )
        text = msgspec.json.encode(written, order="sorted")
        return {ARRAYS: arrays_to_bytes(arrays), TABLE: msgspec.json.format(text) + b"\n"}

    @classmethod
    def from_parts(cls, parts: Mapping[str, bytes]) -> "RatingBook":
        """The inverse of `to_parts`; raises `ModelError` for anything else."""
        for name in (ARRAYS, TABLE):
            if name not in parts:
                raise ModelError(f"a rating book needs {name}, which is missing; train the model again")
        try:
            written = msgspec.json.decode(parts[TABLE], type=Written)
        except msgspec.DecodeError as error:
            raise ModelError(f"{TABLE} is no rating book ({error}); train the model again") from error
        arrays = bytes_to_arrays(parts[ARRAYS], ARRAYS)
        size = len(TERMS)
        box = BoxPrior(
            _floats(arrays, "coefficients", (size,)),
            _floats(arrays, "gram", (size + 1, size + 1)),
            _floats(arrays, "moments", (size + 1,)),
            written.season,
        )
        table = PlayerTable.from_arrays(arrays, written.player_teams)
        players = PlayerRatings(table, box, _floats(arrays, "league", (LEAGUE_SIZE,)))
        return cls(written.teams, players, written.rated, written.last_date)


def _floats(
    arrays: Mapping[str, npt.NDArray[np.generic]], name: str, shape: tuple[int, ...]
) -> npt.NDArray[np.float64]:
    array = arrays.get(name)
    if array is None or array.shape != shape or array.dtype != np.float64:
        raise ModelError(f"player ratings have no usable array {name!r}; train the model again")
    return array.astype(np.float64)
