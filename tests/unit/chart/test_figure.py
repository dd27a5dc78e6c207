"""Pictures are made, and show what they should: their artists are asked, not their pixels."""

import shutil
from pathlib import Path

import pytest

from courtside.chart import figure
from courtside.chart.picture import Picture
from courtside.errors import BadConfig
from courtside.sources.simulator_game import simulate_game
from tests.unit.chart.test_picture import drawn
from tests.unit.momentum.conftest import GAME_ID

pytest.importorskip("matplotlib")


@pytest.fixture(scope="module")
def picture() -> Picture:
    return drawn(simulate_game(3, "DEN", "MIA", game_id=GAME_ID))


def words(shown: figure.ScoreFigure) -> set[str]:
    texts = [*shown.figure.texts, *(text for axes in shown.figure.axes for text in axes.texts)]
    return {text.get_text() for text in texts if text.get_visible()}


def test_it_says_the_score_who_plays_and_that_it_is_simulated(picture: Picture) -> None:
    home, away = picture.score
    said = words(figure.ScoreFigure(picture))
    assert {picture.title(), picture.counts(), f"DEN {home}", f"MIA {away}"} <= said
    assert {"SIMULATED: no real game", "Q1", "OT"} <= said


def test_every_lead_change_is_marked_and_every_run_shaded(picture: Picture) -> None:
    scores = figure.ScoreFigure(picture).figure.axes[0]
    marks = [line for line in scores.lines if line.get_marker() == "D"]
    assert len(marks) == picture.course.lead_changes > 0
    runs = {f"{run.points}-0" for run in picture.course.runs}
    assert runs and runs <= {text.get_text() for text in scores.texts}


def test_a_moment_of_the_past_shows_its_own_score_and_hides_what_came_later(picture: Picture) -> None:
    from matplotlib.patches import Rectangle

    shown = figure.ScoreFigure(picture)
    shown.reveal(600.0)
    then = picture.at(600.0)
    said = words(shown)
    assert f"MIA {then.score_away} at DEN {then.score_home}, Q1 02:00" in said
    assert picture.counts() not in said
    curtain = shown.figure.axes[0].patches[-1]
    assert isinstance(curtain, Rectangle) and curtain.get_x() == 600.0
    shown.reveal(None)
    assert picture.title() in words(shown)


def test_names_at_the_ends_of_the_lines_do_not_lie_on_each_other(picture: Picture) -> None:
    shown = figure.ScoreFigure(picture)
    for seconds in range(0, 3200, 97):
        shown.reveal(float(seconds))
        home, away = (shown._ends[side].get_position()[1] for side in ("home", "away"))
        assert abs(home - away) >= 0.99 * shown._room


def test_a_still_replaces_the_one_before_in_one_piece(picture: Picture, tmp_path: Path) -> None:
    path = tmp_path / "game.png"
    path.write_bytes(b"old")
    figure.save_still(picture, path)
    assert path.read_bytes().startswith(b"\x89PNG")
    assert [each.name for each in tmp_path.iterdir()] == ["game.png"]


def test_a_gif_has_every_frame(picture: Picture, tmp_path: Path) -> None:
    from PIL import Image

    path = tmp_path / "game.gif"
    told: list[int] = []
    figure.save_animation(picture, path, seconds=1.0, frames_a_second=3, drawn=told.append)
    assert told == list(range(1, figure.frames_of(1.0, 3) + 1))
    with Image.open(path) as image:
        # Pillow puts frames that are the same together.
        assert image.n_frames >= 3  # type: ignore[attr-defined]
        assert image.size == (960, 540)


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
def test_an_mp4_is_one(picture: Picture, tmp_path: Path) -> None:
    path = tmp_path / "game.mp4"
    figure.save_animation(picture, path, seconds=1.0, frames_a_second=2, drawn=lambda number: None)
    assert path.read_bytes()[4:8] == b"ftyp"


def test_what_this_machine_cannot_make_is_refused_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BadConfig, match=r"use one of \.png, \.gif, \.mp4"):
        figure.require(tmp_path / "game.jpeg")
    with pytest.raises(BadConfig, match="there is no folder"):
        figure.require(tmp_path / "nowhere" / "game.png")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(BadConfig, match="MP4 needs ffmpeg"):
        figure.require(tmp_path / "game.mp4")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    with pytest.raises(BadConfig, match="there is no display"):
        figure.require(None)


def test_a_display_without_a_toolkit_for_windows_is_no_window(monkeypatch: pytest.MonkeyPatch) -> None:
    import matplotlib.pyplot as plt

    monkeypatch.setattr(plt, "get_backend", lambda: "agg")
    with pytest.raises(BadConfig, match="finds no toolkit for windows"):
        figure.ChartWindow()


def test_a_window_plays_a_game_and_ends_when_it_is_closed(
    picture: Picture, monkeypatch: pytest.MonkeyPatch
) -> None:
    import matplotlib.pyplot as plt

    monkeypatch.setattr(plt, "get_backend", lambda: "a toolkit")
    waits: list[float] = []
    window = figure.ChartWindow()

    def pause(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 4:
            window._figure.canvas.callbacks.process("close_event", None)

    monkeypatch.setattr(plt, "pause", pause)
    window.play(picture, 10.0, 2)
    assert waits == [0.5] * 4
    assert window.closed
    window.close()
