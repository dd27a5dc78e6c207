"""What `courtside train` and `courtside evaluate` refuse, each in one line with the right exit status."""

import shutil
from pathlib import Path

import pytest

from courtside.cli.program import DONE, FAILED, WRONG_USAGE, execute
from tests.support.seasons import copy_games

HISTORY = ("--history", "store")
SPAN = ("--from", "2023-11-15", "--to", "2023-11-30")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Relative paths of a test are in its own folder."""
    monkeypatch.chdir(tmp_path)


def refusal(status: int, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The last line of what was said; what came before is progress."""
    assert execute(list(arguments)) == status
    said = capsys.readouterr()
    assert said.out == ""
    assert "Traceback" not in said.err and "defect" not in said.err
    *progress, last = said.err.splitlines()
    assert all(" s  " in line for line in progress), said.err
    return last


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--from", "2024-02-01", "--to", "2024-01-01"), "2024-01-01 is before 2024-02-01; give a later day"),
        ((*SPAN, "--train-until", "2023-11-16"), "the model would know games that it is judged on"),
        ((*SPAN, "--train-until", "2023-11-01", "--rolling", "season"), "give one of --train-until"),
        ((*SPAN, "--rolling", "season", "--model", "model"), "give one of --train-until"),
        ((*SPAN, "--rolling", "month"), "'month' is not"),
        (("--from", "yesterday", "--to", "2024-01-01"), "'yesterday' is not a date; give one as 2024-06-17"),
        (("--from", "2024-02-30", "--to", "2024-03-01"), "'2024-02-30' is not a date"),
        ((*SPAN, "--games", "nowhere.csv"), "nowhere.csv"),
        ((*SPAN, "--jobs", "0"), "0 is not in the range"),
        (("--from", "2024-02-01"), "Missing option '--to'"),
    ],
)
def test_wrong_usage_of_evaluate_is_said_before_any_work(
    arguments: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told in refusal(WRONG_USAGE, capsys, "evaluate", *HISTORY, *arguments)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--history", "store"), "Missing option '--out'"),
        (("--out", "model"), "Missing option '--history'"),
        ((*HISTORY, "--out", "model", "--until", "2023"), "'2023' is not a date"),
        ((*HISTORY, "--out", "model", "--spreads", "nowhere.csv"), "nowhere.csv"),
    ],
)
def test_wrong_usage_of_train_is_said_before_any_work(
    arguments: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told in refusal(WRONG_USAGE, capsys, "train", *arguments)


@pytest.mark.parametrize("command", [("train", "--out", "model"), ("evaluate", *SPAN)])
def test_a_folder_that_holds_no_history_is_named(
    command: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("not a folder")
    assert "no play-by-play in empty" in refusal(FAILED, capsys, *command, "--history", "empty")
    assert "missing does not exist" in refusal(FAILED, capsys, *command, "--history", "missing")
    assert "is a file" in refusal(WRONG_USAGE, capsys, *command, "--history", "file")


@pytest.mark.parametrize("command", [("train", "--out", "model"), ("evaluate", *SPAN)])
def test_without_the_training_libraries_the_extra_is_named(
    command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    last = refusal(WRONG_USAGE, capsys, *command, *HISTORY)
    assert "training needs pyarrow, jax" in last and "pip install 'courtside[train]'" in last


@pytest.mark.data
class TestOnRealGames:
    @pytest.fixture
    def history(self, small: Path) -> tuple[str, str]:
        return "--history", str(small)

    def test_too_few_games_and_too_few_seasons_cannot_be_learned_from(
        self,
        small: Path,
        history: tuple[str, str],
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        last = refusal(FAILED, capsys, "train", *history, "--out", "model", "--until", "2022-03-20")
        assert "games are too few to learn from; 1000 are needed at least" in last
        copy_games(small, tmp_path / "one", lambda facts: facts.season == 2021)
        monkeypatch.setattr("courtside.training.fit_halftime.FEWEST_GAMES", 100)
        last = refusal(FAILED, capsys, "train", "--history", "one", "--out", "model")
        assert "calibrated out of sample: give two seasons of history or more" in last
        assert not (tmp_path / "model").exists()

    def test_a_span_without_games_is_named(
        self, history: tuple[str, str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert "has no games in that span" in refusal(
            FAILED, capsys, "train", *history, "--out", "model", "--until", "2020-01-01"
        )
        early = ("--from", "2019-01-01", "--to", "2019-02-01")
        assert "has no games in that span" in refusal(FAILED, capsys, "evaluate", *history, *early)

    def test_a_model_is_not_judged_on_games_that_it_has_learned_from(
        self, history: tuple[str, str], model: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        span = ("--from", "2023-11-14", "--to", "2023-11-30")
        last = refusal(FAILED, capsys, "evaluate", *history, *span, "--model", str(model))
        assert "the model has learned from games until 2023-11-14; evaluate it from a later day on" in last

    def test_a_model_that_is_none_or_was_changed_is_named(
        self, history: tuple[str, str], model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        evaluate = ("evaluate", *history, *SPAN, "--model")
        assert "there is no model in nothing" in refusal(FAILED, capsys, *evaluate, "nothing")
        shutil.copytree(model, tmp_path / "changed")
        (tmp_path / "changed" / "levels.json").write_text("{}")
        assert "its SHA-256 is another" in refusal(FAILED, capsys, *evaluate, "changed")

    def test_a_model_after_which_there_are_no_games_says_so(
        self, history: tuple[str, str], model: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        span = ("--from", "2024-05-01", "--to", "2024-05-30", "--model", str(model))
        assert "has no games in that span" in refusal(FAILED, capsys, "evaluate", *history, *span)

    def test_a_folder_with_something_else_is_refused_before_the_training(
        self, history: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "mine").mkdir()
        (tmp_path / "mine" / "letter.txt").write_text("mine")
        assert execute(["train", *history, "--out", "mine"]) == FAILED
        assert capsys.readouterr().err == (
            "courtside: mine is there and is no model; choose another folder, or empty it\n"
        )

    def test_a_report_that_cannot_be_written_is_refused_before_the_evaluation(
        self, history: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "file").write_text("")
        out = ("--out", "file/report.json")
        assert execute(["evaluate", *history, *SPAN, *out]) == WRONG_USAGE
        assert capsys.readouterr().err == (
            "courtside: cannot write file/report.json (File exists); choose another with --out\n"
        )

    @pytest.mark.parametrize(
        ("option", "content", "told"),
        [
            ("--games", b"id,date\n1,2\n", "has no column game_id; give a CSV with one line a game"),
            ("--games", b"", "has no column game_id"),
            ("--games", b"game_id\n\xff\xfe\n", "cannot be read"),
            ("--games", b"game_id,lstm\n0022300001,soon\n", "column lstm is not all numbers"),
            ("--games", b"game_id,lstm\n0022300001,nan\n", "column lstm is not all numbers"),
            ("--spreads", b"game_id,spread\n1,2\n", "lacks the columns close_home_spread, game_id"),
            ("--spreads", b"", "lacks the columns"),
            (
                "--spreads",
                b"game_id,close_home_spread\n1,even\n",
                "spread 'even' of game 0000000001 is not in",
            ),
            ("--spreads", b"game_id,close_home_spread\n1,inf\n", "spread 'inf' of game 0000000001 is not in"),
            ("--spreads", b"game_id,close_home_spread\n\xff,1\n", "cannot be read"),
        ],
    )
    def test_a_list_that_is_not_what_it_must_be_is_named(
        self,
        option: str,
        content: bytes,
        told: str,
        history: tuple[str, str],
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        (tmp_path / "list.csv").write_bytes(content)
        last = refusal(FAILED, capsys, "evaluate", *history, *SPAN, option, "list.csv")
        assert last.startswith("courtside: list.csv") and told in last

    @pytest.mark.usefixtures("few_are_enough")
    def test_a_list_without_any_of_the_games_says_that_nothing_is_left(
        self, history: tuple[str, str], model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "list.csv").write_text("game_id\n0021900001\n")
        arguments = (*history, *SPAN, "--model", str(model), "--games", "list.csv")
        assert "no games from 2023-11-15 to 2023-11-30 to judge" in refusal(
            FAILED, capsys, "evaluate", *arguments
        )


def test_asking_for_help_is_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["train", "--help"]) == execute(["evaluate", "--help"]) == DONE
    assert "courtside evaluate --history" in capsys.readouterr().out
