"""The page about the dashboard has its keys, its addresses and its pictures."""

import re
from pathlib import Path

import pytest

from tools.screenshot import PICTURES, THEMES, Picture, file_name

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "dashboard.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
SOURCES = "\n".join(
    path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "web" / "src").rglob("*.ts*"))
    if path.name != "contract.ts"
)
IMAGES = ROOT / "docs" / "images"
LARGEST_BYTES = 1_500_000


def test_every_key_is_in_the_table() -> None:
    bound = set(re.findall(r'keys: \[[^\]]*\],\s*what: "([^"]+)"', SOURCES))
    assert len(bound) >= 6
    assert {what for what in bound if what not in PAGE} == set()


def test_every_parameter_of_an_address_is_explained() -> None:
    read = set(re.findall(r'params\["(\w+)"\]', SOURCES))
    assert len(read) >= 5
    assert {name for name in read if not re.search(rf"[?&`]{name}\b", PAGE)} == set()


def test_every_view_has_a_section_and_a_picture() -> None:
    views = re.findall(r'\{ name: "(\w+)", title: "(\w+)", icon', SOURCES)
    assert len(views) == 5
    for name, title in views:
        assert f"\n## {title}\n" in PAGE
        assert f"images/{name}-light.png" in PAGE


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_picture_is_there_in_both_themes_and_is_shown(picture: Picture) -> None:
    for theme in THEMES:
        name = file_name(picture, theme)
        assert (IMAGES / name).is_file(), f"{name}: python -m tools.screenshot"
        assert f"images/{name}" in PAGE


def test_no_picture_is_left_over_and_all_are_small_together() -> None:
    made = {file_name(picture, theme) for picture in PICTURES for theme in THEMES}
    found = [path for path in IMAGES.glob("*.png") if path.stem.rpartition("-")[2] in THEMES]
    assert {path.name for path in found} == made
    assert sum(path.stat().st_size for path in found) < LARGEST_BYTES


def test_the_readme_shows_the_dashboard_in_the_readers_own_theme() -> None:
    assert 'media="(prefers-color-scheme: dark)" srcset="docs/images/tonight-dark.png"' in README
    assert 'src="docs/images/tonight-light.png"' in README
