"""Recordings of simulated games are in the live feed's own layout and say what the simulator knows."""

import gzip
import json
from pathlib import Path

import msgspec
import pytest

from courtside.formats.nba_live import ParsedBoxScore, ParsedPlayByPlay, parse_box_score, parse_play_by_play
from courtside.sources.simulator_game import SimulatedGame, simulate_game
from courtside.sources.simulator_recording import box_score_file, play_by_play, write_recording

START_MS = 1_740_000_000_000


@pytest.fixture(scope="module")
def game() -> SimulatedGame:
    return simulate_game(7, "DEN", "MIA", game_id="9000000007", start_ms=START_MS)


@pytest.fixture(scope="module")
def folder(game: SimulatedGame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recordings") / "games"
    write_recording(folder, game)
    return folder


def _box(folder: Path, game: SimulatedGame) -> ParsedBoxScore:
    body = gzip.decompress((folder / f"boxscore_{game.game_id}.json.gz").read_bytes())
    return parse_box_score(body, received_ms=1, source="simulated")


def _plays(folder: Path, game: SimulatedGame) -> ParsedPlayByPlay:
    body = gzip.decompress((folder / f"playbyplay_{game.game_id}.json.gz").read_bytes())
    box = _box(folder, game)
    return parse_play_by_play(
        body,
        home_team_id=box.home_team_id,
        away_team_id=box.away_team_id,
        received_ms=1,
        source="simulated",
    )


def test_the_plays_come_back_exactly_as_they_were_simulated(folder: Path, game: SimulatedGame) -> None:
    assert _plays(folder, game).observation.plays == game.plays


def test_the_box_score_names_the_same_rosters_and_starters(folder: Path, game: SimulatedGame) -> None:
    box = _box(folder, game)
    assert box.observation.players == game.roster
    assert (box.line.score_home, box.line.score_away) == game.score
    assert box.line.status == "final"
    assert box.line.home_name == "Denver Nuggets"
    assert box.line.start_ms == START_MS


def test_both_files_are_stamped_after_the_end_of_the_game(folder: Path, game: SimulatedGame) -> None:
    ended_ms = game.plays[-1].at_ms or 0
    assert (_plays(folder, game).stamp.utc_ms or 0) > ended_ms
    assert (_box(folder, game).stamp.utc_ms or 0) > ended_ms


def test_the_same_game_is_written_to_the_same_bytes(
    folder: Path, game: SimulatedGame, tmp_path: Path
) -> None:
    write_recording(tmp_path, simulate_game(7, "DEN", "MIA", game_id="9000000007", start_ms=START_MS))
    for path in folder.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()


@pytest.mark.data
def test_actions_carry_the_keys_that_real_ones_carry(data_dir: Path) -> None:
    real: dict[str, set[str]] = {}
    for path in sorted((data_dir / "cdn" / "games").glob("playbyplay_*.json.gz"))[:10]:
        for action in json.loads(gzip.decompress(path.read_bytes()))["game"]["actions"]:
            keys = real.setdefault(action["actionType"], set(action))
            keys &= set(action)
    simulated = json.loads(msgspec.json.encode(play_by_play(simulate_game(7, "DEN", "MIA"))))
    for action in simulated["game"]["actions"]:
        assert real[action["actionType"]] <= set(action)


@pytest.mark.data
def test_the_box_score_carries_the_keys_that_the_real_one_carries(data_dir: Path) -> None:
    path = sorted((data_dir / "cdn" / "games").glob("boxscore_*.json.gz"))[0]
    real = json.loads(gzip.decompress(path.read_bytes()))["game"]
    simulated = json.loads(msgspec.json.encode(box_score_file(simulate_game(7, "DEN", "MIA"))))["game"]
    assert set(simulated) == set(real)
    for side in ("homeTeam", "awayTeam"):
        assert set(simulated[side]) == set(real[side])
        assert set(simulated[side]["statistics"]) == set(real[side]["statistics"])
        ours, theirs = simulated[side]["players"][0], real[side]["players"][0]
        assert set(ours) == set(theirs)
        assert set(ours["statistics"]) == set(theirs["statistics"])
