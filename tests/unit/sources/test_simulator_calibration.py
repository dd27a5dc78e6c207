"""The tool that reads the simulator's rates off real seasons."""

import importlib.util
import subprocess
import sys
from itertools import islice
from pathlib import Path
from types import ModuleType

import pytest

from courtside.sources.simulator_measure import average, measure_game
from courtside.sources.simulator_rates import Measures, shipped

TOOL = Path(__file__).parents[3] / "tools" / "calibrate_simulator.py"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    pytest.importorskip("pyarrow")
    specification = importlib.util.spec_from_file_location("calibrate_simulator", TOOL)
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module
    specification.loader.exec_module(module)
    return module


def test_the_check_prints_simulated_real_and_ratio_of_every_measure() -> None:
    pytest.importorskip("pyarrow")
    command = [sys.executable, str(TOOL), "--check", "--games", "5"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["measure", "simulated", "real", "ratio"]
    assert [line[:28].strip().replace(" ", "_") for line in lines[1:]] == list(Measures.__struct_fields__)


def test_without_history_or_check_the_tool_says_what_it_needs() -> None:
    pytest.importorskip("pyarrow")
    done = subprocess.run([sys.executable, str(TOOL)], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "--history DIR, or --check" in done.stderr


@pytest.mark.data
def test_the_shipped_figures_come_back_from_the_first_games_of_a_season(
    tool: ModuleType, data_dir: Path
) -> None:
    history = data_dir / "history"
    known = tool.read_home_teams(history)
    tally = tool.Tally()
    games = []
    for events in islice(tool.read_games(history, (2022,)), 300):
        _, home, away = known[events[0].game_id]
        path = tool.read_path(events, (home, away))
        assert path[-1][1:] == (home, away)
        games.append(measure_game(path, tool.count_game(events, tally)))
    seen, targets = average(games), shipped().targets
    for name in ("points", "pace", "three_share", "free_throws", "scores_again"):
        assert getattr(seen, name) == pytest.approx(getattr(targets, name), rel=0.05)
    rates, ours = tool.rates_of(tally, 2.0), shipped().rates
    for name in ("stolen", "free_throw_made", "assisted_two", "assisted_three", "offensive_rebound_two"):
        assert getattr(rates, name) == pytest.approx(getattr(ours, name), rel=0.12)
    for start in ("made", "rebound", "steal"):
        assert getattr(rates, start).seconds == pytest.approx(getattr(ours, start).seconds, rel=0.05)
