"""Recorded games of the live feed as history: what `courtside record` or `history fetch` kept."""

import re
from datetime import UTC, datetime
from pathlib import Path

from courtside.errors import BadHistory
from courtside.formats.recordings import Recordings
from courtside.formats.stats_times import EASTERN
from courtside.training.history_game import Header, HistoryGame, game_of

_PLAYS = re.compile(r"playbyplay_\w+(?:\.json(?:\.gz)?)?")


def recorded_files(folder: Path) -> list[Path]:
    """The files that make up the recordings in a folder, none where there are no plays."""
    if not any(_PLAYS.fullmatch(path.name) for path in folder.iterdir()):
        return []
    names = ("playbyplay_*", "boxscore_*")
    found = [path for name in names for path in folder.glob(name)]
    return sorted(
        file for path in found for file in (path.rglob("*") if path.is_dir() else [path]) if file.is_file()
    )


def read_recorded(recordings: Recordings, game_id: str) -> HistoryGame:
    """One recorded game with its roster; raises `BadHistory` or `BadFeed`."""
    game = recordings.game(game_id)
    line, box = game.box.line, game.box.observation
    if box.source == "simulated":
        raise BadHistory("simulated", "a simulated game, which is no history")
    header = Header(
        game_id=game_id,
        date=f"{datetime.fromtimestamp(game.start_ms / 1000, UTC).astimezone(EASTERN):%Y-%m-%d}",
        home_id=game.home_team_id,
        home=box.home_team or "",
        away_id=game.away_team_id,
        away=box.away_team or "",
    )
    found = game_of(header, recordings.plays(game_id), box.players)
    said = (line.score_home, line.score_away)
    if said != (found.facts.home_score, found.facts.away_score):
        raise BadHistory(
            "final_score",
            f"the plays end {found.facts.home_score}-{found.facts.away_score}, "
            f"the box score says {said[0]}-{said[1]}",
        )
    return found
