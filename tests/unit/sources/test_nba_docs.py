"""The page of the source names every setting, every fault and every phase."""

import re
from pathlib import Path

import pytest

from courtside.sources.nba_settings import NbaSettings

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "nba-source.md").read_text()
CODE = [
    path.read_text()
    for folder in ("formats", "sources")
    for path in sorted((ROOT / "src" / "courtside" / folder).glob("nba_*.py"))
]
FAULT = re.compile(
    r'(?:BadFeed|Refusal|_faults\.count)\(\s*"([a-z_]+)"|fault, message = "([a-z_]+)"'
    r'|kind = "([a-z_]+)" if .* else "([a-z_]+)"'
)
FAULTS = sorted(
    {name for text in CODE for groups in FAULT.findall(text) for name in groups if name} - {"access_denied"}
)


def test_the_faults_are_found_in_the_code() -> None:
    assert {"timeout", "stale", "bad_clock", "blocked", "missing_field", "status_conflict"} <= set(FAULTS)


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_has_its_row(fault: str) -> None:
    assert f"| `{fault}` |" in PAGE


def test_no_row_names_a_fault_that_is_gone() -> None:
    table = PAGE.split("| counter |")[1].split("\n\n")[0]
    assert set(re.findall(r"^\| `([a-z_]+)` \|", table, re.MULTILINE)) == set(FAULTS)


@pytest.mark.parametrize("setting", NbaSettings.__struct_fields__)
def test_every_setting_has_its_row(setting: str) -> None:
    assert f"`{setting}`" in PAGE.split("## Settings")[1]


def test_every_phase_has_its_row() -> None:
    schedule = (ROOT / "src" / "courtside" / "sources" / "nba_schedule.py").read_text()
    phases = set(re.findall(r'Plan\("([a-z_]+)"', schedule))
    assert len(phases) == 11
    for phase in phases:
        assert f"| {phase.replace('_', ' ')} |" in PAGE
