"""Simulated games as files in the stats layout, with the habits of the real ones."""

import csv
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from courtside.clock import format_clock
from courtside.events import Play, Side
from courtside.formats import stats_kinds as kinds
from courtside.sources.simulator_game import SimulatedGame, simulate_game

Row = dict[str, object]
NAMES = [
    "GAME_ID", "EVENTNUM", "EVENTMSGTYPE", "EVENTMSGACTIONTYPE", "PERIOD", "WCTIMESTRING", "PCTIMESTRING",
    "HOMEDESCRIPTION", "NEUTRALDESCRIPTION", "VISITORDESCRIPTION", "SCORE", "SCOREMARGIN",
    *(
        f"{start}{number}{end}"
        for number in (1, 2, 3)
        for start, end in (
            ("PERSON", "TYPE"), ("PLAYER", "_ID"), ("PLAYER", "_NAME"), ("PLAYER", "_TEAM_ID"),
            ("PLAYER", "_TEAM_ABBREVIATION"),
        )
    ),
]  # fmt: skip
TEXTS = {name for name in NAMES if name.endswith(("NAME", "ABBREVIATION", "STRING", "DESCRIPTION"))} | {
    "GAME_ID", "SCORE", "SCOREMARGIN",
}  # fmt: skip


def simulated(number: int, *, season: int = 2023) -> SimulatedGame:
    """A simulated game under an id as the NBA's regular season has them."""
    return simulate_game(number, game_id=f"002{season % 100:02d}{number:05d}")


def stats_rows(game: SimulatedGame) -> list[Row]:
    """The game's rows; substitutions between periods have none, as in the real files."""
    return _Scribe(game).rows()


def write_parquet(path: Path, games: Sequence[Sequence[Row]]) -> Path:
    rows = [row for game in games for row in game]
    schema = pa.schema([(name, pa.large_string() if name in TEXTS else pa.int64()) for name in NAMES])
    pq.write_table(pa.Table.from_pylist(rows, schema), path)
    return path


def write_csv(path: Path, games: Sequence[Sequence[Row]]) -> Path:
    """As public data sets have it: ids without their zeros, numbers of sparse columns as `1610612754.0`."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, NAMES)
        writer.writeheader()
        for game in games:
            for row in game:
                line = {**row, "GAME_ID": str(row["GAME_ID"]).lstrip("0")}
                for name in NAMES:
                    if name.endswith("TEAM_ID") and row[name] is not None:
                        line[name] = f"{row[name]}.0"
                writer.writerow(line)
    return path


def write_index(folder: Path, games: Sequence[SimulatedGame], date: str = "2023-11-01") -> Path:
    path = folder / "games.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["game_id", "date", "home_id", "away_id", "home_score", "away_score"])
        for game in games:
            writer.writerow([game.game_id, date, game.home.team_id, game.away.team_id, *game.score])
    return path


def _codes(table: dict[int, tuple[str, str]]) -> dict[tuple[str, str], int]:
    return {kind: code for code, kind in reversed(table.items())}


class _Scribe:
    def __init__(self, game: SimulatedGame) -> None:
        self._game = game
        self._names = {entry.person_id: entry.name for entry in game.roster}
        self._rows: list[Row] = []
        self._said = (0, 0)

    def rows(self) -> list[Row]:
        plays = [play for play in self._game.plays if "startperiod" not in play.qualifiers]
        leaving: dict[Side, list[Play]] = {"home": [], "away": []}
        for play in plays:
            match play.action:
                case "block":
                    self._third(play)
                case "steal":
                    self._second(play)
                case "substitution" if play.sub_type == "out":
                    leaving[_side(play)].append(play)
                case "substitution":
                    gone = leaving[_side(play)].pop(0)
                    row = self._row(gone, kinds.SUBSTITUTION, 0, f"SUB: {play.player} FOR {gone.player}")
                    self._person(row, 2, play)
                case "game":
                    pass
                case _:
                    self._plain(play)
        return self._rows

    def _plain(self, play: Play) -> None:
        text = play.description
        match play.action:
            case "2pt" | "3pt":
                kind = kinds.MADE if play.made else kinds.MISSED
                action = _codes(kinds.SHOTS).get((play.sub_type, ""), 1)
                three = " 3PT" if play.action == "3pt" else ""
                text = f"{'' if play.made else 'MISS '}{play.player} 20'{three} Jump Shot"
                row = self._row(play, kind, action, text)
                if play.assist_id is not None and play.made:
                    self._fill(row, 2, play.side, play.assist_id, self._names[play.assist_id])
            case "freethrow":
                code = _codes(kinds.FREE_THROWS).get((play.sub_type, play.descriptor))
                code = code or _codes(kinds.FREE_THROWS)[(play.sub_type, "")]
                text = f"{'' if play.made else 'MISS '}{play.player} Free Throw {play.sub_type}"
                self._row(play, kinds.FREE_THROW, code, text)
            case "rebound":
                self._row(play, kinds.REBOUND, int("deadball" in play.qualifiers), text)
            case "turnover":
                code = _codes(kinds.TURNOVERS).get((play.sub_type, play.descriptor), 0)
                self._row(play, kinds.TURNOVER, code, text)
            case "foul":
                fouls = _codes(kinds.FOULS)
                code = fouls.get((play.sub_type, play.descriptor)) or fouls[(play.sub_type, "")]
                self._row(play, kinds.FOUL, code, text)
            case "violation":
                self._row(play, kinds.VIOLATION, 5, text)
            case "timeout":
                self._row(play, kinds.TIMEOUT, 1, text)
            case "jumpball":
                row = self._row(play, kinds.JUMP_BALL, 0, text)
                self._person(row, 3, play)
            case "ejection":
                self._row(play, kinds.EJECTION, 4, text)
            case "period":
                start = play.sub_type == "start"
                self._row(play, kinds.PERIOD_START if start else kinds.PERIOD_END, 0, text)

    def _second(self, play: Play) -> None:
        self._person(self._rows[-1], 2, play)

    def _third(self, play: Play) -> None:
        self._person(self._rows[-1], 3, play)

    def _row(self, play: Play, kind: int, action: int, text: str) -> Row:
        row: Row = dict.fromkeys(NAMES)
        for number in (1, 2, 3):
            row[f"PERSON{number}TYPE"] = row[f"PLAYER{number}_ID"] = 0
        place = {"home": "HOMEDESCRIPTION", "away": "VISITORDESCRIPTION"}
        score = (play.score_home, play.score_away)
        told = score != self._said or kind == kinds.PERIOD_END
        margin = score[0] - score[1]
        row |= {
            "GAME_ID": self._game.game_id,
            "EVENTNUM": play.play_id,
            "EVENTMSGTYPE": kind,
            "EVENTMSGACTIONTYPE": action,
            "PERIOD": play.period,
            "WCTIMESTRING": "8:30 PM",
            "PCTIMESTRING": format_clock(play.remaining_tenths // 10 * 10).removeprefix("0"),
            place.get(play.side or "", "NEUTRALDESCRIPTION"): text,
            "SCORE": f"{score[1]} - {score[0]}" if told else None,
            "SCOREMARGIN": (str(margin) if margin else "TIE") if told else None,
        }
        self._said = score
        self._rows.append(row)
        if play.person_id is not None:
            self._person(row, 1, play)
        elif play.side is not None:
            team = self._game.home if play.side == "home" else self._game.away
            row["PERSON1TYPE"] = 2 if play.side == "home" else 3
            row["PLAYER1_ID"] = team.team_id
        return row

    def _person(self, row: Row, number: int, play: Play) -> None:
        assert play.person_id is not None
        self._fill(row, number, play.side, play.person_id, self._names[play.person_id])

    def _fill(self, row: Row, number: int, side: Side | None, person_id: int, name: str) -> None:
        team = self._game.home if side == "home" else self._game.away
        row |= {
            f"PERSON{number}TYPE": 4 if side == "home" else 5,
            f"PLAYER{number}_ID": person_id,
            f"PLAYER{number}_NAME": name.replace(".", "an", 1),
            f"PLAYER{number}_TEAM_ID": team.team_id,
            f"PLAYER{number}_TEAM_ABBREVIATION": team.tricode,
        }


def _side(play: Play) -> Side:
    assert play.side is not None
    return play.side
