import io
from pathlib import Path

from PIL import Image

from courtside.formats.recordings import Recordings
from tools.screenshot import (
    COLOURS,
    FIRST_TIP_MS,
    MINUTE_MS,
    MOMENT_MS,
    NIGHT,
    PICTURES,
    game_id,
    record,
    small,
)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_night_is_the_same_each_time_that_it_is_recorded(tmp_path: Path) -> None:
    record(tmp_path / "one")
    record(tmp_path / "other")
    assert files(tmp_path / "one") == files(tmp_path / "other")
    assert len(Recordings.open(tmp_path / "one").games) == len(NIGHT)


def test_no_game_of_the_night_can_be_taken_for_one_of_the_league() -> None:
    assert all(game_id(night).startswith("9") for night in NIGHT)
    assert len({game_id(night) for night in NIGHT}) == len(NIGHT)


def test_no_team_plays_twice() -> None:
    teams = [team for night in NIGHT for team in (night.home, night.away)]
    assert len(set(teams)) == len(teams)


def test_every_game_has_begun_at_the_moment_of_the_pictures() -> None:
    assert all(FIRST_TIP_MS + night.after_minutes * MINUTE_MS < MOMENT_MS for night in NIGHT)


def test_each_picture_has_a_name_and_an_address_of_its_own() -> None:
    assert len({picture.name for picture in PICTURES}) == len(PICTURES)
    assert all(picture.hash.startswith("#/") for picture in PICTURES)


def test_a_picture_is_kept_in_few_colours_and_in_its_size() -> None:
    drawn = io.BytesIO()
    gradient = Image.linear_gradient("L").convert("RGB")
    gradient.save(drawn, "PNG", compress_level=0)
    kept = small(drawn.getvalue())
    with Image.open(io.BytesIO(kept)) as image:
        assert (image.size, image.mode) == (gradient.size, "P")
        assert len(image.getcolors() or ()) <= COLOURS
    assert len(kept) < len(drawn.getvalue()) / 10
