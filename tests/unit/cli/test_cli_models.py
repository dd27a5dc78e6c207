"""`courtside models`: the shipped model and others, and which of them is in use."""

import shutil
from pathlib import Path

import msgspec
import pytest

from courtside.app.models import resolve
from courtside.cli import execute
from courtside.config import load_settings
from courtside.errors import ModelError
from courtside.forecast.bundle import Bundle, DataSpan, Description, write_bundle

Row = dict[str, object]


def make(folder: Path, last_date: str, mae: float) -> Bundle:
    description = Description(
        courtside="0.1.0",
        data=DataSpan(first_date="2013-10-29", last_date=last_date, games=1200, seasons=(2013, 2014)),
        metrics={"halftime_mae": mae, "brier": 0.1779, "width80": 14.5, "ece": 0.01, "auc": 0.81},
        settings={"linear": {"ridge": 1.5, "features": ["lead", "elo"]}},
    )
    return write_bundle(folder, {"linear.json": b'{"slope": 0.5}'}, description)


class World:
    """A package with a shipped model, an empty data folder and a model that somebody trained."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.shipped = make(folder / "shipped", "2024-06-17", 4.703)
        self.trained = make(folder / "trained", "2015-06-16", 4.9)
        self.data = folder / "data"
        self._capsys = capsys

    def run(self, *line: str, status: int = 0) -> str:
        """What is printed; what goes wrong has to be one line on standard error."""
        assert execute(["models", *line, "--data-dir", str(self.data)]) == status
        said = self._capsys.readouterr()
        self.err = said.err
        assert len(said.err.splitlines()) <= 1
        assert bool(said.err) == bool(status) or "comes first" in said.err
        return said.out

    def rows(self, *line: str) -> dict[str, Row]:
        listed = msgspec.json.decode(self.run("list", "--json", *line), type=list[Row])
        return {str(row["name"]): row for row in listed}

    def active(self) -> list[str]:
        return [name for name, row in self.rows().items() if row["active"]]

    def resolved(self, model: str | None = None) -> Path:
        """The folder that `courtside run` would take."""
        return resolve(load_settings({"data_dir": str(self.data), "model": model}, {}))


@pytest.fixture
def world(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.delenv("COURTSIDE_MODEL", raising=False)
    world = World(tmp_path, capsys)
    monkeypatch.setattr("courtside.app.models.shipped_folder", lambda: world.shipped.folder)
    return world


def test_the_shipped_model_is_in_use_until_another_is_chosen(world: World) -> None:
    assert world.active() == ["shipped"]
    assert world.resolved() == world.shipped.folder
    assert not world.data.exists()


def test_the_list_has_spans_and_metrics_and_a_star_at_the_active_one(world: World) -> None:
    world.run("use", str(world.trained.folder))
    lines = world.run("list").splitlines()

    shipped, metrics, more, trained = lines[1:5]
    assert shipped.split()[:2] == ["shipped", world.shipped.version]
    assert "1200  2013-10-29 to 2024-06-17 (seasons 2013 to 2014)" in shipped
    assert metrics.strip() == "auc 0.81, brier 0.1779, ece 0.01, halftime_mae 4.703"
    assert more.strip() == "width80 14.5"
    assert trained.split()[:3] == ["*", world.trained.version, world.trained.version]


def test_a_model_of_another_folder_is_checked_copied_and_used(world: World) -> None:
    said = world.run("use", str(world.trained.folder))

    home = world.data / "models" / world.trained.version
    assert f"{world.trained.version} in {home} is the active model" in said
    assert world.resolved() == home
    shutil.rmtree(world.trained.folder)
    assert Bundle.open(home).manifest == world.trained.manifest
    assert world.active() == [world.trained.version]


def test_an_installed_model_is_used_by_its_name_and_shipped_goes_back(world: World) -> None:
    world.run("use", str(world.trained.folder))
    world.run("use", "shipped")
    assert world.active() == ["shipped"]
    world.run("use", world.trained.version)
    assert world.active() == [world.trained.version]
    assert sorted(path.name for path in (world.data / "models").iterdir()) == [
        world.trained.version,
        "active",
    ]


def test_using_a_model_again_mends_its_copy(world: World) -> None:
    world.run("use", str(world.trained.folder))
    copy = world.data / "models" / world.trained.version
    (copy / "linear.json").write_bytes(b"{}")
    assert "linear.json is not the file" in str(world.rows()[world.trained.version]["problem"])
    assert "cannot be used: " in world.run("list")

    world.run("use", str(world.trained.folder))
    assert Bundle.open(copy).version == world.trained.version


def test_a_broken_model_is_not_used_and_the_active_one_stays(world: World) -> None:
    world.run("use", str(world.trained.folder))
    (world.shipped.folder / "linear.json").unlink()
    for name in ("shipped", str(world.shipped.folder)):
        world.run("use", name, status=1)
        assert "lacks linear.json" in world.err
    assert world.active() == [world.trained.version]


@pytest.mark.parametrize("name", ["2020-01-01-00000000", "nowhere/else", "", ".", "..", "active\n"])
def test_a_model_that_is_not_there_is_one_line(
    world: World, name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    for command in ("use", "show"):
        world.run(command, name, status=1)
        assert "there is no model" in world.err and "'courtside models list'" in world.err


def test_an_active_model_that_is_gone_is_said_and_not_replaced_by_another(world: World) -> None:
    world.run("use", str(world.trained.folder))
    shutil.rmtree(world.data / "models" / world.trained.version)

    listed = world.run("list", status=1)
    assert "shipped" in listed and "*" not in listed
    assert f"names '{world.trained.version}', which is not there" in world.err
    with pytest.raises(ModelError, match="choose a model with 'courtside models use'"):
        world.resolved()
    world.run("use", "shipped")
    assert world.active() == ["shipped"]


@pytest.mark.parametrize("text", [b"", b"..", b"../../elsewhere", b"\xff"])
def test_a_note_of_the_active_model_that_says_nothing_is_refused(world: World, text: bytes) -> None:
    (world.data / "models").mkdir(parents=True)
    (world.data / "models" / "active").write_bytes(text)
    with pytest.raises(ModelError, match=r"models/active .*; choose a model with 'courtside models use'"):
        world.resolved()


def test_the_setting_comes_before_the_choice(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURTSIDE_MODEL", str(world.trained.folder))
    assert world.rows()[str(world.trained.folder)]["active"] is True
    world.run("use", "shipped")
    assert "the setting model is" in world.err and "it comes first" in world.err
    assert world.run("show").splitlines()[0].endswith(str(world.trained.folder))

    assert world.resolved("shipped") == world.shipped.folder
    assert world.resolved("active") == world.shipped.folder
    assert world.resolved(str(world.trained.folder)) == world.trained.folder


def test_a_model_is_shown_whole(world: World) -> None:
    text = world.run("show", "shipped")
    for said in (world.shipped.version, "1200 games, 2013-10-29 to 2024-06-17", "halftime_mae", "4.703"):
        assert said in text
    assert "settings of linear" in text and "lead, elo" in text
    assert f"sha256 {world.shipped.manifest.files['linear.json'].sha256[:16]}" in text
    assert text == world.run("show")


def test_a_model_is_shown_to_programs_as_its_manifest(world: World) -> None:
    shown = msgspec.json.decode(world.run("show", "shipped", "--json"), type=Row)
    assert shown.pop("folder") == str(world.shipped.folder)
    assert msgspec.convert(shown, type(world.shipped.manifest)) == world.shipped.manifest


def test_the_list_for_programs_says_of_a_broken_model_what_is_wrong(world: World) -> None:
    rows = world.rows()
    assert rows["shipped"]["version"] == world.shipped.version
    assert rows["shipped"]["metrics"] == world.shipped.manifest.metrics
    (world.shipped.folder / "manifest.json").unlink()
    row = world.rows()["shipped"]
    assert "there is no model in" in str(row["problem"]) and "version" not in row


def test_the_config_file_says_where_models_are(world: World, tmp_path: Path) -> None:
    file = tmp_path / "courtside.toml"
    file.write_text(f'model = "{world.trained.folder}"', encoding="utf-8")
    assert world.rows("--config", str(file))[str(world.trained.folder)]["active"] is True
