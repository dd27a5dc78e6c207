import subprocess
import sys
from pathlib import Path

from courtside.config import describe_settings

ROOT = Path(__file__).parents[3]


def test_the_page_of_the_command_line_is_up_to_date() -> None:
    done = subprocess.run([sys.executable, "tools/cli_reference.py", "--check"], cwd=ROOT, check=False)
    assert done.returncode == 0, "run python tools/cli_reference.py"


def test_every_flag_is_on_the_page() -> None:
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    missing = [info.flag for info in describe_settings() if info.flag and f"  {info.flag} " not in page]
    assert missing == []
