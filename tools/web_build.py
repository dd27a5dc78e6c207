"""Builds the dashboard into a folder of its own, and compares that with what is committed.

python -m tools.web_build        exit status 1 where they differ, or where the page is too large

The names of the parts have hashes of their content, so one changed letter shows. What the page loads at
once and by and by is weighed as it would go over the wire, compressed.
"""

import gzip
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
COMMITTED = ROOT / "src" / "courtside" / "serve" / "static"
LARGEST_KB = 120
PAGE = (".js", ".css", ".html")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "run", "--silent", "build", "--", "--outDir", folder, "--logLevel", "warn"]
        built = subprocess.run(command, cwd=ROOT / "web", check=False)
        if built.returncode != 0:
            sys.exit("the dashboard does not build; see above")
        fresh = files(Path(folder))
    differing = differences(files(COMMITTED), fresh)
    if differing:
        sys.exit(f"not what the sources give: {', '.join(differing)}; run make web and commit the result")
    size_kb = weight_kb(fresh)
    if size_kb > LARGEST_KB:
        sys.exit(f"the page is {size_kb:.1f} kB compressed, more than {LARGEST_KB}; take something out")
    print(f"the committed dashboard is what the sources give: {size_kb:.1f} kB compressed")


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def weight_kb(parts: Mapping[str, bytes]) -> float:
    """All that the page may load of its own, every view of it, each part compressed."""
    return sum(len(gzip.compress(data, 9)) for name, data in parts.items() if _of_page(name)) / 1024


def differences(committed: Mapping[str, bytes], fresh: Mapping[str, bytes]) -> list[str]:
    """Names of the files that only one of them has, or that differ."""
    names = sorted(committed.keys() | fresh.keys())
    return [name for name in names if committed.get(name) != fresh.get(name)]


def _of_page(name: str) -> bool:
    return name.endswith(PAGE) and not name.startswith("reference")


if __name__ == "__main__":
    main()
