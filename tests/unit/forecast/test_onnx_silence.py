"""Forecasting tells nobody of it: ONNX Runtime keeps no identifier and reports nothing."""

import subprocess
import sys
from pathlib import Path

_PROGRAM = """
from courtside.forecast.bundle import shipped_folder
from courtside.forecast.onnx_session import OnnxSession
for path in shipped_folder().glob("*.onnx"):
    OnnxSession(path.read_bytes(), path.name)
print("loaded")
"""


def test_loading_models_leaves_nothing_behind_and_reports_nothing(tmp_path: Path) -> None:
    home, temporary = tmp_path / "home", tmp_path / "temporary"
    home.mkdir()
    temporary.mkdir()
    # Without the variables of this process: some of those switch the reports off too.
    source = str(Path(__file__).parents[3] / "src")
    places = {"HOME": str(home), "XDG_CACHE_HOME": str(home), "TMPDIR": str(temporary), "PYTHONPATH": source}
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM], env=places, capture_output=True, text=True, check=True
    )
    assert done.stdout == "loaded\n"
    assert [*home.rglob("*"), *temporary.rglob("*")] == []
