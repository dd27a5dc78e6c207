"""What the program needs of a model, made of the plain forecaster and of ratings that a test chooses."""

from collections.abc import Callable

from courtside.app.forecasting import Forecasting
from courtside.app.oracle import Oracle
from courtside.app.ratings import Ratings
from courtside.forecast.rating_book import RatingBook
from courtside.game.finished import FinishedGame, finished_game
from courtside.game.state import fold_all, start
from courtside.replies import ModelInfo
from courtside.sources.simulator_game import simulate_game
from tests.support.plain import Plain

TODAY = "2026-02-11"
INFO = ModelInfo(
    version=Plain.version,
    status="active",
    ensemble="default",
    first_date=None,
    last_date=None,
    games=None,
    seasons=[],
    metrics={},
)


def plain_forecasting(book: Callable[[], RatingBook] = RatingBook) -> Forecasting:
    """With an empty rating book unless another is given."""
    return Forecasting(Plain(), INFO, book)


def plain_oracle(book: Callable[[], RatingBook] = RatingBook) -> Oracle:
    forecasting = plain_forecasting(book)
    return Oracle(forecasting.forecaster, Ratings(forecasting), lambda: TODAY)


def finished(seed: int, home: str, away: str, game_id: str, date: str) -> FinishedGame:
    """A simulated game as ratings see one."""
    game = simulate_game(seed, home, away, game_id=game_id)
    state = fold_all(start(game.roster), game.plays)
    return finished_game(game_id, date, home, away, game.plays, game.roster, state)


def rated_book() -> RatingBook:
    """Two games old: four teams and their players are known."""
    book = RatingBook()
    for number, (home, away) in enumerate((("BOS", "LAL"), ("DEN", "MIA")), 1):
        assert book.after(finished(7, home, away, f"002250000{number}", "2026-02-08"))
    return book
