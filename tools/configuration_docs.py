"""Writes the tables of docs/configuration.md from the settings themselves.

python tools/configuration_docs.py            writes them
python tools/configuration_docs.py --check    exit status 1 where the page is not up to date
"""

import sys
from itertools import groupby
from pathlib import Path

from courtside.config import SettingInfo, describe_settings

PAGE = Path(__file__).parents[1] / "docs" / "configuration.md"
BEGIN, END = "<!-- settings: begin -->", "<!-- settings: end -->"


def row(setting: SettingInfo) -> str:
    unit = f" ({setting.unit})" if setting.unit else ""
    flag = f"`{setting.flag}`" if setting.flag else ""
    default = f"`{setting.default}`" if setting.default else ""
    help_text = setting.help.replace("|", "\\|")
    return f"| `{setting.name}` | {flag} | {default}{unit} | {setting.allowed} | {help_text}. |"


def tables() -> str:
    parts = []
    for group, settings in groupby(describe_settings(), key=lambda setting: setting.group):
        parts.append(f"### {group}\n\n| setting | flag | default | allowed | what |\n|---|---|---|---|---|")
        parts[-1] += "".join(f"\n{row(setting)}" for setting in settings)
    return "\n\n".join(parts)


def main() -> None:
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    after = rest.partition(END)[2]
    fresh = f"{before}{BEGIN}\n\n{tables()}\n\n{END}{after}"
    if "--check" in sys.argv:
        sys.exit(page != fresh)
    PAGE.write_text(fresh, encoding="utf-8")


if __name__ == "__main__":
    main()
