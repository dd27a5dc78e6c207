"""Fitting the halftime model: members season by season, their combination and their errors out of sample.

Everything that decides how members are combined, and how wide intervals are, comes from forecasts of
games that lay after all that their members were fitted on.
"""

from collections.abc import Callable, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from courtside import features
from courtside.errors import BadHistory
from courtside.forecast.adaptive import AdaptiveLevels
from courtside.forecast.conformal import ConformalResiduals
from courtside.forecast.halftime import CLASSIC, Combination, HalftimeModel
from courtside.forecast.member import Floats, Member
from courtside.forecast.persistence import Persistence
from courtside.forecast.tiers import Tier, positions
from courtside.training import stacking
from courtside.training.dataset import Dataset
from courtside.training.fit_boosting import fit_boosting
from courtside.training.fit_dejavu import fit_dejavu, labels
from courtside.training.fit_linear import fit_linear
from courtside.training.fit_lstm import fit_lstm
from courtside.training.fit_stern import fit_stern

Flags = npt.NDArray[np.bool_]

MARKET = "market_margin"
TEAMS = ("lead", "expected_margin", "back_to_back", "altitude")
_PLAYERS = (*TEAMS, "possession", "rotation_game_score", "rotation_impact")
TIERS = (
    Tier("score", ("lead",)),
    Tier("teams", TEAMS),
    Tier("spread", ("lead", MARKET)),
    Tier("players", _PLAYERS),
    Tier("market", (*_PLAYERS, MARKET)),
)
"""From the poorest to the richest; what a tier needs is what its least squares are on."""
CLASSIC_MEMBERS = ("dejavu", "lstm")
FEWEST_GAMES = 1000
FEWEST_SEASONS = 1
"""Before a season is forecast out of sample."""
Progress = Callable[[str], None]


class Members(msgspec.Struct, frozen=True):
    """Every member fitted on the same games, by name."""

    by_name: dict[str, Member]
    tiers: tuple[Tier, ...]

    def roles(self, tier: Tier) -> dict[str, str]:
        """Who fills which role in a tier."""
        roles = {"persistence": "persistence", "linear": f"linear-{tier.name}"}
        roles |= {name: name for name in CLASSIC_MEMBERS}
        if "expected_margin" in tier.features:
            roles["stern"] = "stern"
        if "possession" in tier.features:
            roles["boosting"] = f"boosting-{tier.name}"
        return roles


def fit_members(games: Dataset, progress: Progress = lambda what: None) -> Members:
    """All members on all `games`; a tier that too few games know is left out."""
    seen, increments = games.at_18, (games.half - games.lead_18).astype(np.float64)
    members: dict[str, Member] = {"persistence": Persistence()}
    tiers = []
    for tier in TIERS:
        known = knows(seen, tier)
        if known.sum() < FEWEST_GAMES:
            continue
        tiers.append(tier)
        name = f"linear-{tier.name}"
        members[name] = fit_linear(seen[known], increments[known], tier.features, name=name)
        if "possession" in tier.features:
            name = f"boosting-{tier.name}"
            members[name] = fit_boosting(
                seen[known], increments[known], tier.features, features=_grown(tier), name=name
            )
    if not tiers:
        raise BadHistory(
            "too_few", f"{len(games)} games are too few to learn from; {FEWEST_GAMES} are needed at least"
        )
    if any(tier.name == "teams" for tier in tiers):
        rated = knows(seen, TIERS[1])
        minutes = np.arange(1, games.path.shape[1], dtype=np.float64)
        leads = games.path[rated][:, :-1].astype(np.float64)
        members["stern"] = fit_stern(seen[rated], games.final[rated].astype(np.float64), minutes, leads)
    members["dejavu"] = fit_dejavu(seen, increments, labels(games.games))
    progress("LSTM")
    members["lstm"] = fit_lstm(seen, increments)
    return Members(members, tuple(tiers))


def _grown(tier: Tier) -> tuple[str, ...]:
    """What a tier's trees may look at: a quote only where the tier always has one, or they would lean on
    what is missing when they serve."""
    return tuple(name for name in features.NAMES if name != MARKET or MARKET in tier.features)


def knows(seen: Floats, tier: Tier) -> Flags:
    """Games (N,) of which everything is known that a tier needs."""
    return np.asarray(np.isfinite(seen[:, list(positions(tier.features, features.INDEX))]).all(axis=1))


class Said(msgspec.Struct, frozen=True):
    """Increments that each member of a tier said of games it had not seen; `rows` are those games."""

    rows: npt.NDArray[np.intp]
    roles: tuple[str, ...]
    increments: Floats


class WalkForward:
    """Members fitted at the start of each season on all games before it, each fit done once.

    What it says of a season's games is the same whoever asks, and however much later history there is.
    """

    def __init__(self, games: Dataset, progress: Progress = lambda what: None) -> None:
        self.games = games
        self._progress = progress
        self._members: dict[int, Members] = {}
        self._said: dict[tuple[int, str], Said | None] = {}

    def members_before(self, season: int) -> Members:
        if season not in self._members:
            earlier = self.games.where(self.games.season < season)
            self._progress(f"members on {len(earlier)} games before {season}-{(season + 1) % 100:02d}")
            self._members[season] = fit_members(earlier, self._progress)
        return self._members[season]

    def members_of(self, before: Flags) -> Members:
        """Fitted on the games of a mask; where these are whole seasons, the fit is one of those above."""
        season = int(self.games.season[before].max()) + 1
        if np.array_equal(before, self.games.season < season):
            return self.members_before(season)
        games = self.games.where(before)
        self._progress(f"members on {len(games)} games")
        return fit_members(games, self._progress)

    def seasons(self, before: Flags) -> list[int]:
        """Those with enough games before them, among the games of a mask."""
        seasons = np.unique(self.games.season[before]).tolist()
        return [
            season
            for season in seasons[FEWEST_SEASONS:]
            if (self.games.season < season).sum() >= FEWEST_GAMES
        ]

    def said(self, season: int, tier: str) -> Said | None:
        """Out-of-sample increments of one season's games; None where the tier could not serve then."""
        if (season, tier) not in self._said:
            self._said[season, tier] = self._say(season, tier)
        return self._said[season, tier]

    def _say(self, season: int, name: str) -> Said | None:
        members = self.members_before(season)
        tier = next((tier for tier in members.tiers if tier.name == name), None)
        if tier is None:
            return None
        rows = np.flatnonzero((self.games.season == season) & knows(self.games.at_18, tier))
        seen = self.games.at_18[rows]
        roles = members.roles(tier)
        columns = [members.by_name[member].increments(seen) for member in roles.values()]
        return Said(rows, tuple(roles), np.stack(columns, axis=1))


class OutOfSample(msgspec.Struct, frozen=True):
    """Games of one tier that members forecast before they were fitted on them, in order of days.

    `errors` is the outcome minus the ensemble's forecast, `increments` what persistence was off by.
    """

    tier: str
    rows: npt.NDArray[np.intp]
    errors: Floats
    increments: Floats


class Fitted(msgspec.Struct, frozen=True):
    """A halftime model, where its adaptive levels stood after the last game that it knew, and how it did
    out of sample in the richest tier that serves without a market."""

    model: HalftimeModel
    levels: AdaptiveLevels
    unseen: OutOfSample


def fit_halftime(walk: WalkForward, before: Flags, members: Members) -> Fitted:
    """The model of `members`, combined by what was said out of sample of the games in `before`."""
    combinations: list[Combination] = []
    residuals: dict[str, ConformalResiduals] = {}
    unseen: OutOfSample | None = None
    for tier in members.tiers:
        history = _out_of_sample(walk, before, tier.name)
        if not history:
            # Known only in the latest season: nobody could say yet how far it is off.
            continue
        roles = members.roles(tier)
        weights = _weights(history, walk.games, tuple(roles))
        errors = _errors(history, walk.games, tuple(roles))
        residuals[tier.name] = ConformalResiduals.of(errors)
        combinations.append(
            Combination(
                tier=tier.name,
                features=tier.features,
                members=roles,
                weights=dict(zip(roles, weights.tolist(), strict=True)),
            )
        )
        if unseen is None or MARKET not in tier.features:
            rows = np.concatenate([said.rows for said in history])
            increments = np.concatenate([_increments(said, walk.games) for said in history])
            unseen = OutOfSample(tier.name, rows, errors, increments)
    if unseen is None:
        raise BadHistory(
            "too_few_seasons", "a forecast is calibrated out of sample: give two seasons of history or more"
        )
    shares = stacking.classic(CLASSIC_MEMBERS)
    history = _out_of_sample(walk, before, "score")
    errors = np.concatenate([_missed(said, walk.games, CLASSIC_MEMBERS, shares) for said in history])
    residuals[CLASSIC] = ConformalResiduals.of(errors)
    combinations.append(
        Combination(
            tier=CLASSIC,
            features=("lead",),
            members={name: name for name in CLASSIC_MEMBERS},
            weights=dict(zip(CLASSIC_MEMBERS, shares.tolist(), strict=True)),
        )
    )
    used = {name for combination in combinations for name in combination.members.values()}
    chosen = {name: member for name, member in members.by_name.items() if name in used}
    levels = run_levels(AdaptiveLevels(), walk.games.day[unseen.rows], unseen.errors, residuals[unseen.tier])
    return Fitted(HalftimeModel(combinations, chosen, residuals), levels, unseen)


def _out_of_sample(walk: WalkForward, before: Flags, tier: str) -> list[Said]:
    """Season by season, only of games in `before`; empty where no season could be forecast."""
    history = []
    for season in walk.seasons(before):
        said = walk.said(season, tier)
        if said is not None:
            kept = before[said.rows]
            history.append(Said(said.rows[kept], said.roles, said.increments[kept]))
    return history if any(len(said.rows) for said in history) else []


def _increments(said: Said, games: Dataset) -> Floats:
    return (games.half - games.lead_18)[said.rows].astype(np.float64)


def _columns(said: Said, roles: Sequence[str]) -> Floats:
    return said.increments[:, [said.roles.index(role) for role in roles]]


def _weights(history: Sequence[Said], games: Dataset, roles: tuple[str, ...]) -> Floats:
    return stacking.stack(
        np.concatenate([_columns(said, roles) for said in history]),
        np.concatenate([_increments(said, games) for said in history]),
    )


def _errors(history: Sequence[Said], games: Dataset, roles: tuple[str, ...]) -> Floats:
    """Outcome minus forecast, each season with the weights that earlier ones gave."""
    errors = []
    for number, said in enumerate(history):
        weights = (
            _weights(history[:number], games, roles) if number else np.full(len(roles), 1.0 / len(roles))
        )
        errors.append(_missed(said, games, roles, weights))
    return np.concatenate(errors)


def _missed(said: Said, games: Dataset, roles: tuple[str, ...], weights: Floats) -> Floats:
    """Outcome minus what the members said together."""
    return _increments(said, games) - _columns(said, roles) @ weights


def run_levels(
    levels: AdaptiveLevels,
    days: npt.NDArray[np.int64],
    errors: Floats,
    residuals: ConformalResiduals,
) -> AdaptiveLevels:
    """`levels` after games on `days` (N,) whose forecasts were off by `errors` (N,)."""
    return day_by_day(levels, days, lambda row, now: _inside(residuals, float(errors[row]), now))


def day_by_day(
    levels: AdaptiveLevels,
    days: npt.NDArray[np.int64],
    judge: Callable[[int, AdaptiveLevels], tuple[bool, bool]],
) -> AdaptiveLevels:
    """`levels` after games on `days` (N,): they learn of a day's games when all of them are over.

    `judge` says of the game of a row, with the levels of its day, whether its outcome lay inside the 80%
    and the 95% interval. It is asked in the order of days.
    """
    for day in np.unique(days).tolist():
        following = levels
        for row in np.flatnonzero(days == day).tolist():
            following = following.after(*judge(row, levels))
        levels = following
    return levels


def _inside(residuals: ConformalResiduals, error: float, levels: AdaptiveLevels) -> tuple[bool, bool]:
    """Whether an outcome so far from its forecast lies in the 80% and the 95% interval."""
    distribution = residuals.distribution(-error)
    lower80, upper80 = distribution.interval(1.0 - levels.level80.alpha)
    lower95, upper95 = distribution.interval(1.0 - levels.level95.alpha)
    return lower80 <= 0.0 <= upper80, lower95 <= 0.0 <= upper95
