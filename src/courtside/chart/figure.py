"""Drawing a game with Matplotlib (extra `plot`): the only file that knows the library.

The whole course is drawn once; what has not happened yet lies under a curtain, which an animation pulls
aside. Blue and vermilion stay apart for every kind of colour blindness, and the away line is dashed.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from courtside.chart.picture import Picture, clock_at
from courtside.errors import BadConfig
from courtside.events import Side

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from matplotlib.patches import Rectangle
    from matplotlib.text import Text

COLOURS: dict[Side, str] = {"home": "#0072B2", "away": "#D55E00"}
PAPER, INK, FAINT, RULE = "#ffffff", "#1a1a1a", "#8a8a8a", "#cfcfcf"
ALARM = "#b00020"
SIZE_INCHES = (9.6, 5.4)
DPI = 100
END_SECONDS = 2
"""How long an animation rests on its last picture."""
FORMATS = (".png", ".gif", ".mp4")


def require(path: Path | None) -> None:
    """Raises `BadConfig` where the picture cannot be made on this machine, before any work is done."""
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise BadConfig("charts need Matplotlib: pip install 'courtside[plot]'") from error
    if path is None:
        if sys.platform.startswith("linux") and not (
            os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
        ):
            raise BadConfig("there is no display for a window; give --save FILE.png, .gif or .mp4")
        return
    if path.suffix not in FORMATS:
        raise BadConfig(f"a chart cannot be saved as {path.name}; use one of {', '.join(FORMATS)}")
    if path.suffix == ".mp4" and shutil.which("ffmpeg") is None:
        raise BadConfig("MP4 needs ffmpeg, which is not installed: install it, or save a .gif")
    if not path.absolute().parent.is_dir():
        raise BadConfig(f"there is no folder {path.absolute().parent} to save {path.name} in; make it first")


class ScoreFigure:
    """One game on a figure."""

    def __init__(self, picture: Picture, figure: "Figure | None" = None) -> None:
        from matplotlib.figure import Figure

        self.picture = picture
        self.figure = figure if figure is not None else Figure(figsize=SIZE_INCHES, dpi=DPI)
        self.figure.clear()
        self.figure.set_facecolor(PAPER)
        self._scores, self._lead = self.figure.subplots(
            2, 1, sharex=True, height_ratios=(4, 1), gridspec_kw={"hspace": 0.08}
        )
        self.figure.subplots_adjust(left=0.07, right=0.89, top=0.84, bottom=0.09)
        self._end = picture.periods[-1][2]
        self._ahead: list[tuple[float, Line2D]] = []
        self._frame()
        self._runs()
        self._lines()
        self._margin()
        self._legend()
        self._curtains = [self._curtain(axes) for axes in (self._scores, self._lead)]
        self._ends = {side: self._end_label(side) for side in COLOURS}
        self._title = self.figure.text(0.07, 0.945, "", fontsize=15, fontweight="bold", color=INK)
        self._counts = self.figure.text(0.07, 0.895, picture.counts(), fontsize=9.5, color=FAINT)
        if picture.note is not None:
            colour = ALARM if picture.simulated else FAINT
            self.figure.text(
                0.98, 0.945, picture.note, ha="right", fontsize=11, fontweight="bold", color=colour
            )
        self.reveal(None)

    def reveal(self, seconds: float | None) -> None:
        """Show the game as it was at a moment; None is as it stands."""
        picture = self.picture
        whole = seconds is None or seconds >= picture.end_seconds
        moment = picture.end_seconds if seconds is None else min(seconds, picture.end_seconds)
        for curtain in self._curtains:
            curtain.set_x(moment)
            curtain.set_width(max(0.0, self._end - moment))
        for end, line in self._ahead:
            line.set_visible(end > moment)
        point = picture.at(moment)
        for side, label in self._ends.items():
            score = point.score_home if side == "home" else point.score_away
            other = point.score_away if side == "home" else point.score_home
            # Names that would lie on each other step aside, the leader's up.
            upper = score > other or (score == other and side == "home")
            shift = 0.0 if abs(score - other) > self._room else (0.5 if upper else -0.5) * self._room
            middle = (score + other) / 2 if shift else score
            label.set_text(f"{picture.team(side)} {score}")
            label.set_position((min(moment, self._end) + 0.008 * self._end, middle + shift))
        if whole:
            self._title.set_text(picture.title())
        else:
            self._title.set_text(
                f"{picture.away} {point.score_away} at {picture.home} {point.score_home}, {clock_at(moment)}"
            )
        self._counts.set_visible(whole)

    def _frame(self) -> None:
        top = max(20, *self.picture.score) * 1.14
        self._room = top * 0.075
        self._scores.set_ylim(0, top)
        self._scores.set_ylabel("points", color=INK)
        for axes in (self._scores, self._lead):
            axes.set_xlim(0, self._end)
            axes.set_xticks([])
            axes.tick_params(colors=FAINT, labelcolor=INK)
            for name in ("top", "right"):
                axes.spines[name].set_visible(False)
            for _, _, end in self.picture.periods[:-1]:
                axes.axvline(end, color=RULE, linewidth=0.9, zorder=0.5)
                # On the curtain, for periods that are still to come.
                self._ahead.append((end, axes.axvline(end, color=RULE, linewidth=0.9, zorder=4)))
            axes.grid(axis="y", color="#ececec", linewidth=0.8, zorder=0)
        for name, start, end in self.picture.periods:
            self._lead.text(
                (start + end) / 2, -0.12, name, transform=self._lead.get_xaxis_transform(),
                ha="center", va="top", color=INK,
            )  # fmt: skip

    def _runs(self) -> None:
        for run in self.picture.course.runs:
            colour = COLOURS[run.side]
            self._scores.axvspan(
                run.from_seconds, run.to_seconds, color=colour, alpha=0.16, linewidth=0, zorder=1
            )
            self._scores.text(
                (run.from_seconds + run.to_seconds) / 2, 0.985, f"{run.points}-0",
                transform=self._scores.get_xaxis_transform(), ha="center", va="top",
                fontsize=8, color=colour, zorder=2, clip_on=True,
            )  # fmt: skip

    def _lines(self) -> None:
        course, picture = self.picture.course, self.picture
        seconds = [point.elapsed_seconds for point in course.points] + [picture.end_seconds]
        for side, colour in COLOURS.items():
            own = [point.score_home if side == "home" else point.score_away for point in course.points]
            self._scores.step(
                seconds, [*own, own[-1]], where="post", color=colour, linewidth=2.0, zorder=3,
                linestyle="-" if side == "home" else (0, (5, 1.2)),
            )  # fmt: skip
        for point in course.points:
            if point.lead_change is not None:
                self._scores.plot(
                    [point.elapsed_seconds], [max(point.score_home, point.score_away)], marker="D",
                    markersize=5.5, color=COLOURS[point.lead_change], markeredgecolor=INK,
                    markeredgewidth=0.7, zorder=3.5,
                )  # fmt: skip

    def _margin(self) -> None:
        course, picture = self.picture.course, self.picture
        seconds = [point.elapsed_seconds for point in course.points] + [picture.end_seconds]
        margin = [point.score_home - point.score_away for point in course.points]
        margin = [*margin, margin[-1]]
        widest = max(6, *(abs(each) for each in margin)) * 1.15
        signs: tuple[tuple[Side, int], ...] = (("home", 1), ("away", -1))
        for side, sign in signs:
            part = [max(0, sign * each) * sign for each in margin]
            self._lead.fill_between(
                seconds, part, step="post", color=COLOURS[side], alpha=0.75, linewidth=0, zorder=2
            )
        self._lead.axhline(0, color=INK, linewidth=0.8, zorder=5)
        self._lead.set_ylim(-widest, widest)
        self._lead.yaxis.set_major_formatter(lambda value, _: f"{abs(value):g}")
        self._lead.set_ylabel("lead", color=INK)

    def _legend(self) -> None:
        from matplotlib.lines import Line2D
        from matplotlib.patches import Patch

        picture = self.picture
        marks: list[Line2D | Patch] = [
            Line2D([], [], color=COLOURS["home"], linewidth=2, label=picture.home),
            Line2D([], [], color=COLOURS["away"], linewidth=2, linestyle=(0, (4, 1)), label=picture.away),
            Line2D(
                [], [], marker="D", linestyle="", color="#bdbdbd", markeredgecolor=INK, markersize=5.5,
                label="lead change",
            ),
            Patch(color=FAINT, alpha=0.3, label="unanswered run"),
        ]  # fmt: skip
        self._scores.legend(
            handles=marks, loc="lower right", bbox_to_anchor=(1.0, 1.0), ncol=len(marks), fontsize=9,
            frameon=False, borderaxespad=0.3, columnspacing=1.4, handlelength=1.8,
        )  # fmt: skip

    def _curtain(self, axes: "Axes") -> "Rectangle":
        from matplotlib.patches import Rectangle

        bottom, top = axes.get_ylim()
        curtain = Rectangle(
            (self._end, bottom), 0.0, top - bottom, facecolor=PAPER, edgecolor="none", zorder=3.8
        )
        axes.add_patch(curtain)
        return curtain

    def _end_label(self, side: Side) -> "Text":
        label: Text = self._scores.text(
            0, 0, "", color=COLOURS[side], fontweight="bold", fontsize=11, va="center", zorder=9
        )
        return label


def save_still(picture: Picture, path: Path) -> None:
    """A PNG of the game as it stands; whoever looks at the file meanwhile sees the old or the new one."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    drawn = ScoreFigure(picture)
    FigureCanvasAgg(drawn.figure)
    scratch = path.with_name(f".{path.name}.part")
    drawn.figure.savefig(scratch, format="png", metadata={"Software": "Courtside"})
    scratch.replace(path)


def frames_of(seconds: float, frames_a_second: int) -> int:
    """Of an animation, its rest included."""
    return max(2, round(seconds * frames_a_second)) + END_SECONDS * frames_a_second


def save_animation(
    picture: Picture,
    path: Path,
    *,
    seconds: float,
    frames_a_second: int,
    drawn: Callable[[int], None],
) -> None:
    """The game from its tip to where it stands, `seconds` long, and two seconds of its end.

    GIF goes through Pillow, MP4 through ffmpeg; `drawn` hears the number
    of each frame.
    Raises `BadConfig` where ffmpeg cannot write the file.
    """
    from matplotlib.animation import AbstractMovieWriter, FFMpegWriter, PillowWriter
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    shown = ScoreFigure(picture)
    FigureCanvasAgg(shown.figure)
    frames = frames_of(seconds, frames_a_second)
    moving = frames - END_SECONDS * frames_a_second
    writer: AbstractMovieWriter
    if path.suffix == ".gif":
        writer = PillowWriter(fps=frames_a_second)
    else:
        # An even size and this pixel format are what every player shows.
        writer = FFMpegWriter(fps=frames_a_second, extra_args=["-pix_fmt", "yuv420p"])
    scratch = path.with_name(f".part-{path.name}")
    try:
        with writer.saving(shown.figure, str(scratch), DPI):
            for number in range(frames):
                shown.reveal(picture.end_seconds * min(1.0, number / (moving - 1)))
                writer.grab_frame()
                drawn(number + 1)
        scratch.replace(path)
    except subprocess.CalledProcessError as error:
        raise BadConfig(
            f"ffmpeg cannot write {path.name} (exit status {error.returncode}); save a .gif"
        ) from error
    finally:
        scratch.unlink(missing_ok=True)


class ChartWindow:
    """A window with the game as it stands now."""

    def __init__(self) -> None:
        import matplotlib.pyplot as plt

        if plt.get_backend().lower() == "agg":
            raise BadConfig(
                "Matplotlib finds no toolkit for windows: pip install PyQt6, or give --save FILE.png"
            )
        self._plt = plt
        plt.ion()
        self._figure = plt.figure("Courtside", figsize=SIZE_INCHES)
        self.closed = False
        self._figure.canvas.mpl_connect("close_event", self._was_closed)

    def show(self, picture: Picture, seconds: float | None = None) -> None:
        ScoreFigure(picture, self._figure).reveal(seconds)
        self._figure.canvas.draw_idle()

    def play(self, picture: Picture, seconds: float, frames_a_second: int) -> None:
        """From the tip to where the game stands, in `seconds`."""
        drawn = ScoreFigure(picture, self._figure)
        frames = max(2, round(seconds * frames_a_second))
        for number in range(frames):
            if self.closed:
                return
            drawn.reveal(picture.end_seconds * number / (frames - 1))
            self.wait(1 / frames_a_second)

    def wait(self, seconds: float) -> None:
        """Let the window live for so long."""
        if not self.closed:
            self._plt.pause(seconds)

    def close(self) -> None:
        self._plt.close(self._figure)

    def _was_closed(self, _: object) -> None:
        self.closed = True
