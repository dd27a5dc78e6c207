"""Read the simulator's rates off real seasons, fit its few free constants, and print how it compares.

    python tools/calibrate_simulator.py --check                    print the table for the shipped rates
    python tools/calibrate_simulator.py --history DIR --write      read, fit, and write the JSON anew

The history is play-by-play in the stats layout (`nbastats_<year>.parquet`) with its `games.csv`.
"""

import argparse
import csv
import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean, pstdev
from typing import NamedTuple

import msgspec
import pyarrow.parquet as pq

from courtside.clock import elapsed_tenths, parse_clock
from courtside.sources.simulator_game import simulate_game
from courtside.sources.simulator_league import TEAMS
from courtside.sources.simulator_measure import Counts, GameMeasures, average, measure_game, measure_simulated
from courtside.sources.simulator_path import Scoring
from courtside.sources.simulator_rates import (
    STARTS,
    ChanceRates,
    Measures,
    Rates,
    RatesFile,
    Start,
    shipped,
)

SEASONS = (2021, 2022, 2023)
MADE, MISSED, FREE_THROW, REBOUND, TURNOVER, FOUL, JUMP_BALL, PERIOD_START = 1, 2, 3, 4, 5, 6, 10, 12
SHOOTING_FOULS = frozenset({2, 29})
FLOOR_FOULS = frozenset({1, 3, 5, 27, 28})
TECHNICALS = frozenset({11, 17})
OFFENSIVE_FOUL_TURNOVERS = frozenset({5, 37})
END_OF_PERIOD_TENTHS = 350
"""Chances that end later than this follow the rules for the end of a period, not the rates."""
END_OF_GAME_TENTHS = 1200
LONGEST_CHANCE_TENTHS = 300


class Event(NamedTuple):
    game_id: str
    kind: int
    action: int
    period: int
    clock: str
    home_words: str | None
    away_words: str | None
    score: str | None
    person1: int
    team1: int | None
    person2: int
    person3: int

    @property
    def words(self) -> str:
        return f"{self.home_words or ''} {self.away_words or ''}"


COLUMNS = (
    "GAME_ID",
    "EVENTMSGTYPE",
    "EVENTMSGACTIONTYPE",
    "PERIOD",
    "PCTIMESTRING",
    "HOMEDESCRIPTION",
    "VISITORDESCRIPTION",
    "SCORE",
    "PLAYER1_ID",
    "PLAYER1_TEAM_ID",
    "PLAYER2_ID",
    "PLAYER3_ID",
)


@dataclass
class Tally:
    """Counts over all games; `shots[start, three, made]`, `outcomes[start, outcome]`."""

    outcomes: Counter[tuple[Start, str]] = field(default_factory=Counter)
    shots: Counter[tuple[Start, bool, bool]] = field(default_factory=Counter)
    seconds: dict[Start, list[float]] = field(default_factory=lambda: {start: [] for start in STARTS})
    count: Counter[str] = field(default_factory=Counter)


def read_games(history: Path, seasons: tuple[int, ...]) -> Iterator[list[Event]]:
    """Regular-season games, each as its events in the file's order."""
    for season in seasons:
        table = pq.read_table(history / f"nbastats_{season}.parquet", columns=list(COLUMNS))
        columns = [table.column(name).to_pylist() for name in COLUMNS]
        game: list[Event] = []
        for row in zip(*columns, strict=True):
            event = Event._make(row)
            if game and event.game_id != game[0].game_id:
                yield game
                game = []
            if event.game_id.startswith("002"):
                game.append(event)
        if game:
            yield game


def read_home_teams(history: Path) -> dict[str, tuple[int, int, int]]:
    """Home team id and final score of every game."""
    with (history / "games.csv").open(newline="") as file:
        return {
            row["game_id"]: (int(row["home_id"]), int(row["home_score"]), int(row["away_score"]))
            for row in csv.DictReader(file)
        }


def read_path(events: list[Event], final: tuple[int, int]) -> list[Scoring]:
    """The course of the score; a row that goes back, or beyond the final score, is a slip of the feed."""
    path: list[Scoring] = []
    home = away = 0
    for event in events:
        if not event.score:
            continue
        now_away, now_home = (int(part) for part in event.score.split(" - "))
        if (now_home, now_away) == (home, away) or now_home < home or now_away < away:
            continue
        if now_home > final[0] or now_away > final[1]:
            continue
        home, away = now_home, now_away
        path.append((elapsed_tenths(event.period, parse_clock(event.clock)), home, away))
    return path


def count_game(events: list[Event], tally: Tally) -> Counts:
    """Add one game's chances to the tally; returns its counts."""
    count: Counter[str] = Counter()
    holder: int | None = None
    start: Start | None = None
    since = 0
    shooter_team: int | None = None
    missed = ""
    last_made: tuple[int, int | None] = (-1, None)
    teams = sorted({event.team1 for event in events if event.team1})
    if len(teams) != 2:
        raise SystemExit(f"game {events[0].game_id}: {len(teams)} teams instead of two")

    def rival(team: int | None) -> int | None:
        return None if team not in teams else teams[1 - teams.index(team)]

    def ended(team: int | None, outcome: str, now: int, event: Event) -> Start | None:
        """Count the chance that ends here; returns how it had begun if it counts."""
        nonlocal start
        remaining = parse_clock(event.clock)
        began, start = start, None
        late = remaining < END_OF_PERIOD_TENTHS or (event.period >= 4 and remaining < END_OF_GAME_TENTHS)
        if began is None or team != holder or late or now - since > LONGEST_CHANCE_TENTHS:
            return None
        tally.outcomes[began, outcome] += 1
        tally.seconds[began].append((now - since) / 10)
        return began

    for place, event in enumerate(events):
        now = elapsed_tenths(event.period, parse_clock(event.clock))
        team = event.team1 or (event.person1 if event.person1 in teams else None)
        match event.kind:
            case 1 | 2:
                made, three = event.kind == MADE, "3PT" in event.words
                began = ended(team, "shot", now, event)
                if began is not None:
                    tally.shots[began, three, made] += 1
                kind = "three" if three else "two"
                count["field_goals"] += 1
                count["threes"] += three
                tally.count[f"{kind} {'made' if made else 'missed'}"] += 1
                shooter_team = team
                if made:
                    tally.count[f"{kind} assisted"] += bool(event.person2)
                    last_made = now, team
                    tally.count[f"{kind} and one"] += _and_one(events, place)
                    holder, start, since = rival(team), "made", now
                else:
                    tally.count[f"{kind} blocked"] += bool(event.person3)
                    missed = kind
            case 3:
                made = "MISS" not in event.words
                count["free_throws"] += 1
                technical = "Technical" in event.words
                tally.count["free throw made" if made else "free throw missed"] += 1
                if not technical and _last_free_throw(event):
                    shooter_team = team
                    if made:
                        holder, start, since = rival(team), "made", now
                    else:
                        missed = "free throw"
            case 4:
                credited = event.team1 is not None
                offensive = team == shooter_team
                count["offensive_rebounds"] += credited and offensive
                if missed:
                    kind = "offensive" if offensive else "defensive"
                    tally.count[f"{missed} {kind}"] += 1
                    tally.count[f"{kind} {'player' if credited else 'team'}"] += 1
                    holder, since = team, now
                    start = "dead" if not credited else "second" if offensive else "rebound"
                    missed = ""
            case 5:
                count["turnovers"] += 1
                began = ended(team, "turnover", now, event)
                stolen = bool(event.person2)
                if began is not None:
                    tally.count["turnovers"] += 1
                    tally.count["stolen"] += stolen
                    tally.count["offensive fouls"] += event.action in OFFENSIVE_FOUL_TURNOVERS
                holder, start, since = rival(team), "steal" if stolen else "dead", now
            case 6 if event.action in TECHNICALS:
                tally.count["technicals"] += 1
            case 6 if event.action in SHOOTING_FOULS and last_made != (now, rival(team)):
                if ended(rival(team), "shooting_foul", now, event):
                    tally.count["shooting fouls"] += 1
                    tally.count["three shot fouls"] += any(
                        later.kind == FREE_THROW and "1 of 3" in later.words
                        for later in events[place + 1 : place + 8]
                    )
                holder = rival(team)
            case 6 if event.action in FLOOR_FOULS and team != holder:
                ended(rival(team), "floor_foul", now, event)
                holder, start, since = rival(team), "dead", now
            case 10:
                holder, start, since = None, None, now
            case 12:
                holder, start, missed = None, None, ""
    tally.count["games"] += 1
    return Counts(
        field_goals=count["field_goals"],
        threes=count["threes"],
        free_throws=count["free_throws"],
        offensive_rebounds=count["offensive_rebounds"],
        turnovers=count["turnovers"],
        periods=max(event.period for event in events),
    )


def _and_one(events: list[Event], place: int) -> bool:
    clock = events[place].clock
    for event in events[place + 1 : place + 6]:
        if event.clock != clock:
            return False
        if event.kind == FOUL and event.action in SHOOTING_FOULS:
            return True
    return False


def _last_free_throw(event: Event) -> bool:
    return any(part in event.words for part in ("1 of 1", "2 of 2", "3 of 3"))


def rates_of(tally: Tally, home_advantage: float) -> Rates:
    count = tally.count

    def share(part: str, *rest: str) -> float:
        return round(count[part] / max(count[part] + sum(count[name] for name in rest), 1), 4)

    def of(part: str, whole: str) -> float:
        return round(count[part] / max(count[whole], 1), 4)

    def chance(start: Start) -> ChanceRates:
        whole = sum(amount for (began, _), amount in tally.outcomes.items() if began == start)
        shots = {key[1:]: amount for key, amount in tally.shots.items() if key[0] == start}
        twos = shots[False, True] + shots[False, False]
        threes = shots[True, True] + shots[True, False]
        return ChanceRates(
            seconds=round(fmean(tally.seconds[start]), 3),
            seconds_deviation=round(pstdev(tally.seconds[start]), 3),
            turnover=round(tally.outcomes[start, "turnover"] / whole, 4),
            floor_foul=round(tally.outcomes[start, "floor_foul"] / whole, 4),
            shooting_foul=round(tally.outcomes[start, "shooting_foul"] / whole, 4),
            three=round(threes / (twos + threes), 4),
            two_made=round(shots[False, True] / twos, 4),
            three_made=round(shots[True, True] / threes, 4),
        )

    return Rates(
        made=chance("made"),
        rebound=chance("rebound"),
        steal=chance("steal"),
        dead=chance("dead"),
        second=chance("second"),
        stolen=of("stolen", "turnovers"),
        offensive_foul=round(count["offensive fouls"] / (count["turnovers"] - count["stolen"]), 4),
        and_one_two=of("two and one", "two made"),
        and_one_three=of("three and one", "three made"),
        three_shot_foul=of("three shot fouls", "shooting fouls"),
        blocked_two=of("two blocked", "two missed"),
        blocked_three=of("three blocked", "three missed"),
        assisted_two=of("two assisted", "two made"),
        assisted_three=of("three assisted", "three made"),
        free_throw_made=share("free throw made", "free throw missed"),
        offensive_rebound_two=share("two offensive", "two defensive"),
        offensive_rebound_three=share("three offensive", "three defensive"),
        offensive_rebound_free_throw=share("free throw offensive", "free throw defensive"),
        team_rebound_offensive=share("offensive team", "offensive player"),
        team_rebound_defensive=share("defensive team", "defensive player"),
        technicals=of("technicals", "games"),
        home_advantage=round(home_advantage, 3),
    )


def read_history(history: Path, seasons: tuple[int, ...]) -> tuple[Rates, Measures, int]:
    known = read_home_teams(history)
    tally = Tally()
    games: list[GameMeasures] = []
    margins: list[int] = []
    for events in read_games(history, seasons):
        _, home, away = known[events[0].game_id]
        games.append(measure_game(read_path(events, (home, away)), count_game(events, tally)))
        margins.append(home - away)
        if len(games) % 500 == 0:
            print(f"read {len(games)} games", file=sys.stderr)
    return rates_of(tally, fmean(margins)), average(games), len(games)


def simulate(table: RatesFile, games: int, seed: int) -> Measures:
    """Games between teams drawn at random."""
    rng = random.Random(seed)
    codes = sorted(TEAMS)
    return average(
        [
            measure_simulated(simulate_game(f"{seed} {number}", *rng.sample(codes, 2), table=table))
            for number in range(games)
        ]
    )


def fit(table: RatesFile, games: int, rounds: int) -> RatesFile:
    """Move five free constants by how far the measure that each one governs is off, over and over.

    The others (form, spells and the two pulls) were chosen once by hand so that runs, ties, halftime
    margins and overtimes come out right together.
    """
    tuning, target = table.tuning, table.targets
    for number in range(rounds):
        got = simulate(msgspec.structs.replace(table, tuning=tuning), games, 1000 + number)
        print(f"round {number + 1}: {tuning}\n{compare(got, target)}", file=sys.stderr)
        spread = target.final_margin_deviation / got.final_margin_deviation
        tuning = msgspec.structs.replace(
            tuning,
            seconds_factor=round(tuning.seconds_factor * got.pace / target.pace, 4),
            made_factor=round(tuning.made_factor * target.points / got.points, 4),
            three_factor=round(tuning.three_factor * target.three_share / got.three_share, 4),
            foul_factor=round(tuning.foul_factor * target.free_throws / got.free_throws, 4),
            strength_deviation=round(tuning.strength_deviation * spread**2, 3),
        )
    return msgspec.structs.replace(table, tuning=tuning)


def compare(simulated: Measures, real: Measures) -> str:
    """The table: simulated, real, and their ratio."""
    lines = [f"{'measure':<28}{'simulated':>10}{'real':>10}{'ratio':>8}"]
    for name in Measures.__struct_fields__:
        ours, theirs = getattr(simulated, name), getattr(real, name)
        lines.append(f"{name.replace('_', ' '):<28}{ours:>10.3f}{theirs:>10.3f}{ours / theirs:>8.3f}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--history", type=Path, help="folder of the play-by-play files and games.csv")
    parser.add_argument("--write", action="store_true", help="write simulator_rates.json anew")
    parser.add_argument("--check", action="store_true", help="print the table for the shipped rates")
    parser.add_argument("--games", type=int, default=1000, help="games to simulate (default 1000)")
    parser.add_argument("--rounds", type=int, default=8, help="rounds of fitting (default 8)")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    table = shipped()
    if arguments.history is not None:
        rates, targets, games = read_history(arguments.history, SEASONS)
        table = RatesFile(seasons=SEASONS, games=games, rates=rates, tuning=table.tuning, targets=targets)
        table = fit(table, arguments.games, arguments.rounds)
        if arguments.write:
            place = Path(__file__).parents[1] / "src" / "courtside" / "sources" / "simulator_rates.json"
            place.write_bytes(msgspec.json.format(msgspec.json.encode(table), indent=2) + b"\n")
    elif not arguments.check:
        parser.error("name --history DIR, or --check")
    print(compare(simulate(table, arguments.games, arguments.seed), table.targets))


if __name__ == "__main__":
    main()
