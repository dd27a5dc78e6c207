"""What the pages name exists: commands and flags, calls, messages, metrics, variables, Python names."""

import ast
import importlib
import re
import shlex
import tomllib
from pathlib import Path

import click
import pytest

from benchmarks.memory_service import MemoryService
from courtside.cli import cli
from courtside.config import OTHER_VARIABLES, describe_settings, load_settings
from courtside.feed import fault_names
from courtside.feed.pages import ODDS_PATH, SCOREBOARD_PATH, STATUS_PATH, game_path
from courtside.messages import MESSAGE_TYPES
from courtside.monitor.metrics import METRICS
from courtside.serve.asyncapi import CONTROL_TYPES, OPS
from courtside.serve.http import create_app
from courtside.serve.hub import Hub
from courtside.serve.settings import ServeSettings

ROOT = Path(__file__).parents[3]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted(ROOT.glob("docs/*.md"))]
TEXT = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in PAGES}
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.M | re.S)
SPAN = re.compile(r"`([^`\n]+)`")


def shown(page: str) -> list[str]:
    """Every line of code on a page: fenced, indented by four, or a span within a sentence."""
    text = TEXT[page]
    fenced = [line for _, block in FENCE.findall(text) for line in block.splitlines()]
    prose = FENCE.sub("", text)
    indented = [line[4:] for line in prose.splitlines() if line.startswith("    ")]
    return [*fenced, *indented, *SPAN.findall(prose)]


def blocks(language: str) -> list[tuple[str, str]]:
    return [
        (page, block)
        for page, text in TEXT.items()
        for name, block in FENCE.findall(text)
        if name == language
    ]


def command_lines(page: str) -> list[str]:
    """Lines that run courtside, without what is put before the word, and after a pipe."""
    found = []
    for line in shown(page):
        match = re.match(r"(?:\$ |COURTSIDE_\w+=\S+ |\S+/bin/)*(courtside(?: |$).*)", line.strip())
        if match and not re.match(r"courtside [A-Z]|courtside:|courtside\s+version", match[1]):
            found.append(re.split(r" [|>#] |  +|\.\.\.|;", match[1])[0].strip())
    return found


LINES = [
    (page, line) for page in TEXT if page != "docs/cli.md" for line in dict.fromkeys(command_lines(page))
]


def find(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that a line runs, and the words that are left for it."""
    command: click.Command = cli
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        assert words[0] in command.commands, f"courtside has no command {words[0]}"
        command, words = command.commands[words[0]], words[1:]
    return command, words


def test_the_lines_are_found() -> None:
    assert len(LINES) > 40
    assert {"README.md", "docs/quickstart.md", "docs/operations.md"} <= {page for page, _ in LINES}


@pytest.mark.parametrize(("page", "line"), LINES, ids=lambda value: str(value))
def test_every_command_line_is_one_that_courtside_takes(page: str, line: str) -> None:
    command, words = find(shlex.split(line)[1:])
    context = click.Context(command, info_name=line)
    if isinstance(command, click.Group):
        assert all(word in ("--help", "--version", "--debug") for word in words)
        return
    if "--help" in words or words == []:
        return
    options, _, _ = command.make_parser(context).parse_args(list(words))
    named = [param for param in command.params if param.name in options and options[param.name] is not None]
    assert named, "nothing was understood"
    if command.name == "predict":
        command.make_context("predict", list(words))


FLAGS = {
    option
    for name in (
        "run",
        "watch",
        "chart",
        "produce",
        "consume",
        "predict",
        "feed",
        "record",
        "history",
        "train",
        "evaluate",
        "models",
        "spark",
        "doctor",
    )
    for command in [cli.commands[name]]
    for each in [command, *(command.commands.values() if isinstance(command, click.Group) else ())]
    for param in each.params
    for option in param.opts
} | {"--help", "--version", "--debug"}


@pytest.mark.parametrize("page", TEXT)
def test_every_flag_in_a_sentence_exists(page: str) -> None:
    spans = [span for span in SPAN.findall(FENCE.sub("", TEXT[page])) if span.startswith("--")]
    named = {word for span in spans for word in re.findall(r"--[a-z][a-z-]+", span)}
    assert named - FLAGS == set()


@pytest.mark.parametrize("page", TEXT)
def test_every_tool_exists_and_takes_the_options_shown(page: str) -> None:
    for line in shown(page):
        tool = re.match(r"(?:\S*/)?python (tools/\w+\.py|-m benchmarks\.\w+)(.*)", line.strip())
        if tool:
            name = (
                tool[1].replace("-m ", "").replace("benchmarks.", "benchmarks/").removesuffix(".py") + ".py"
            )
            source = (ROOT / name).read_text(encoding="utf-8")
            assert all(flag in source for flag in re.findall(r"--[a-z-]+", tool[2]))


@pytest.mark.parametrize("page", TEXT)
def test_every_make_target_exists(page: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    named = {match[1] for line in shown(page) if (match := re.match(r"make ([a-z-]+)$", line.strip()))}
    assert named - targets == set()


def known_paths() -> tuple[set[str], set[str]]:
    """Method and path of every call, and every path that can be asked for, with `*` for its variables."""
    service, settings = MemoryService(), ServeSettings()
    hub = Hub(service)
    listed = create_app(service, hub, settings, hub.metrics).openapi()["paths"]
    calls = {f"{method.upper()} {plain(path)}" for path, methods in listed.items() for method in methods}
    pages = {"/", "/docs", "/openapi.json", "/static/", "/ws/live"}
    feed = {SCOREBOARD_PATH, ODDS_PATH, STATUS_PATH}
    feed |= {plain(game_path(kind, "<game id>")) for kind in ("playbyplay", "boxscore")}
    return calls, {plain(path) for path in listed} | pages | feed


def plain(path: str) -> str:
    return re.sub(
        r"\{\w+\}|<[\w ]+>|(?<=/games/)(?!\{)[\w-]+|(?<=/predictions/)[\w-]+", "*", path.split("?")[0]
    )


@pytest.mark.parametrize("page", TEXT)
def test_every_call_exists(page: str) -> None:
    calls, paths = known_paths()
    for line in shown(page):
        for method, path in re.findall(r"\b(GET|POST) (/[^\s`,)]*)", line):
            assert f"{method} {plain(path)}" in calls | {"GET /"}, line
        for path in re.findall(r"(?:\$URL|127\.0\.0\.1:80[89]0)(/[^\s\"'`>]*)", line):
            assert plain(path) in paths, line
        if re.fullmatch(r"/[\w./{}<> -]*", line) and line not in ("/static/json/liveData/...",):
            assert plain(line) in paths, line


@pytest.mark.parametrize("page", TEXT)
def test_every_message_type_exists(page: str) -> None:
    known = MESSAGE_TYPES.keys() | CONTROL_TYPES.keys()
    code = "\n".join(shown(page))
    named = set(re.findall(r'"type": "(\w+)"', code)) | set(re.findall(r"`(\w+)` message", TEXT[page]))
    for listed in re.findall(r'types"?\s*[:=]\s*\[([^\]]*)\]', code):
        named |= set(re.findall(r'"(\w+)"', listed))
    assert named - known == set()
    assert set(re.findall(r'"op": "(\w+)"', code)) <= OPS.keys()


def test_the_tables_of_the_stream_name_no_type_that_is_gone() -> None:
    tables = re.findall(r"^\| (?:type|op) \|.*?\n\n", TEXT["docs/stream.md"], re.M | re.S)
    named = {name for table in tables for name in re.findall(r"^\| `(\w+)` \|", table, re.M)}
    assert named == MESSAGE_TYPES.keys() | CONTROL_TYPES.keys() | OPS.keys()


@pytest.mark.parametrize("page", TEXT)
def test_every_metric_exists(page: str) -> None:
    names = {doc.name for doc in METRICS}
    assert set(re.findall(r"\bcourtside_[a-z_]+", TEXT[page])) - names == set()


@pytest.mark.parametrize("page", TEXT)
def test_every_variable_of_the_environment_exists(page: str) -> None:
    known = {setting.env for setting in describe_settings()} | OTHER_VARIABLES.keys()
    # A line that shows how a typing error is answered, and a name that is cut short.
    text = re.sub(r"unknown variable \w+;|COURTSIDE_NBA_\.\.\.", "", TEXT[page])
    assert {name for name in re.findall(r"\bCOURTSIDE_[A-Z_]+\b", text)} - known == set()


@pytest.mark.parametrize("page", TEXT)
def test_every_fault_that_a_command_plays_exists(page: str) -> None:
    for names in re.findall(r"--faults ([a-z_,]+)", TEXT[page]):
        assert set(names.split(",")) <= {"all", *fault_names()}


@pytest.mark.parametrize(("page", "block"), blocks("toml"))
def test_every_toml_file_can_be_loaded(page: str, block: str, tmp_path: Path) -> None:
    tomllib.loads(block)
    file = tmp_path / "courtside.toml"
    file.write_text(block, encoding="utf-8")
    load_settings({}, {}, file)


@pytest.mark.parametrize(("page", "block"), blocks("python"))
def test_every_python_example_imports_what_there_is(page: str, block: str) -> None:
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | ast.PyCF_ONLY_AST
    tree = compile(block, page, "exec", flags=flags)
    assert isinstance(tree, ast.Module)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("courtside"):
            module = importlib.import_module(node.module or "")
            assert [name.name for name in node.names if not hasattr(module, name.name)] == []


@pytest.mark.parametrize("page", TEXT)
def test_every_file_of_the_repository_that_is_named_exists(page: str) -> None:
    roots = ("src/", "tests/", "tools/", "examples/", "docs/", "benchmarks/")
    rooms = tuple(f"{path.name}/" for path in (ROOT / "src" / "courtside").iterdir() if path.is_dir())
    for span in SPAN.findall(FENCE.sub("", TEXT[page])):
        name = span.removeprefix("courtside/")
        if re.search(r"[ <>*$]", name):
            continue
        if span.startswith(roots):
            assert (ROOT / span).exists(), span
        elif name.startswith(rooms) and name.endswith((".py", ".json", "/")):
            assert (ROOT / "src" / "courtside" / name).exists(), span
