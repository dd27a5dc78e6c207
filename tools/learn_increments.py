"""Count how the differential moves from 6:00 of Q2 to halftime, over seasons of historical play-by-play.

    python tools/learn_increments.py ../shared/data/history --out src/courtside/forecast/persistence.json

Reads files in the stats layout (`nbastats_<year>.parquet`, one row an event). The score is the
authority: the running maximum of each side, because replay reviews step back for a row or two.
Needs the extra `train`.
"""

import argparse
import json
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq

from courtside.clock import HALF_TENTHS, PATTERN_TENTHS, elapsed_tenths, parse_clock


def increments(path: Path) -> Counter[int]:
    """Increment (points, home minus away) of each game in one file, counted."""
    columns = ["GAME_ID", "PERIOD", "PCTIMESTRING", "SCORE"]
    table = pq.read_table(path, columns=columns).to_pydict()
    at_pattern: dict[str, int] = {}
    at_half: dict[str, int] = {}
    best: dict[str, tuple[int, int]] = {}
    for game, period, clock, score in zip(*(table[name] for name in columns), strict=True):
        if not score or period > 2:
            continue
        away, home = (int(part) for part in score.split("-"))
        seen_home, seen_away = best.get(game, (0, 0))
        best[game] = (max(home, seen_home), max(away, seen_away))
        elapsed = elapsed_tenths(period, parse_clock(clock))
        differential = best[game][0] - best[game][1]
        if elapsed <= PATTERN_TENTHS:
            at_pattern[game] = differential
        if elapsed <= HALF_TENTHS:
            at_half[game] = differential
    return Counter(at_half[game] - at_pattern[game] for game in at_pattern)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("history", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    total: Counter[int] = Counter()
    seasons = []
    for path in sorted(arguments.history.glob("nbastats_*.parquet")):
        total += increments(path)
        seasons.append(int(path.stem.removeprefix("nbastats_")))
        print(f"{path.name}: {sum(total.values())} games so far")
    if not total:
        raise SystemExit(f"no nbastats_<year>.parquet in {arguments.history}; give the history folder")
    first, last = min(total), max(total)
    arguments.out.write_text(
        json.dumps(
            {
                "version": f"persistence-{seasons[0]}-{seasons[-1]}",
                "seasons": seasons,
                "games": sum(total.values()),
                "first": first,
                "counts": [total[increment] for increment in range(first, last + 1)],
            }
        )
        + "\n"
    )


if __name__ == "__main__":
    main()
