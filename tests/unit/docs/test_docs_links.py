"""Links between pages lead somewhere, and every page can be found."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted(ROOT.glob("docs/*.md"))]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def text_of(page: Path) -> str:
    """A page without its code, which is full of brackets."""
    text = page.read_text(encoding="utf-8")
    return re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)


def anchors(page: Path) -> set[str]:
    """The names that headings get: lower case, without signs, hyphens for spaces."""
    found: set[str] = set()
    for heading in re.findall(r"^#+ (.+)$", text_of(page), re.M):
        name = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        found.add(name)
    return found


def local_links(page: Path) -> list[str]:
    return [link for link in LINK.findall(text_of(page)) if not link.startswith(("http:", "https:"))]


def test_headings_become_anchors(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# The `nba` source\n\n## What is kept, and how much it is\n")
    assert anchors(page) == {"the-nba-source", "what-is-kept-and-how-much-it-is"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file_and_a_heading_that_are_there(page: Path) -> None:
    for link in local_links(page):
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.is_file(), f"{link} leads nowhere"
        assert target.is_relative_to(ROOT), f"{link} leads out of the repository"
        if anchor:
            assert anchor in anchors(target), f"{link} names no heading"


def test_the_map_has_every_page() -> None:
    index = ROOT / "docs" / "index.md"
    listed = {link.partition("#")[0] for link in local_links(index)}
    assert {page.name for page in PAGES if page.parent == index.parent} - {"index.md"} <= listed


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_begins_with_its_title_and_has_only_one(page: Path) -> None:
    titles = re.findall(r"^# .+$", text_of(page), re.M)
    assert len(titles) == 1 and page.read_text(encoding="utf-8").startswith(titles[0])


def test_the_readme_begins_with_the_two_commands_and_then_shows_a_picture() -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert [line.strip() for line in lines[2:4]] == ["make run", "make test"]
    assert lines[5].startswith("`make run`") and "<picture>" in lines[6:10]
    shown = re.findall(r'(?:srcset|src)="(docs/images/[^"]+)"', "\n".join(lines))
    assert len(shown) == 2 and 'alt="' in lines[lines.index("<picture>") + 2]
    for name in shown:
        image = ROOT / name
        assert image.read_bytes().startswith(b"\x89PNG") and image.stat().st_size < 300_000
