"""Draws docs/images/chart.png: a simulated game, the same one each time.

python -m tools.chart_picture
"""

from pathlib import Path

from courtside.app.forecasting import open_forecasting
from courtside.chart.figure import save_still
from courtside.chart.picture import picture_of
from courtside.engine import Engine
from courtside.events import PlayByPlay, ScoreLine
from courtside.momentum.book import Library
from courtside.momentum.teller import Tellers
from courtside.settings import Settings
from courtside.sources.simulator_game import simulate_game

PICTURE = Path(__file__).parents[1] / "docs" / "images" / "chart.png"
GAME_ID = "9000000003"
START_MS = 1_700_000_000_000
SEED = 3


def main() -> None:
    game = simulate_game(SEED, "DEN", "MIA", game_id=GAME_ID, start_ms=START_MS)
    engine, tellers, library = Engine(open_forecasting(Settings()).forecaster), Tellers(), Library()
    seen = (
        ScoreLine(
            game_id=GAME_ID,
            received_ms=START_MS,
            source="simulated",
            home_team="DEN",
            away_team="MIA",
            status="scheduled",
        ),
        PlayByPlay(game_id=GAME_ID, received_ms=START_MS + 1, source="simulated", plays=game.plays),
    )
    for observation in seen:
        for message in engine.step(observation).messages:
            for event in tellers.take(message):
                library.apply(event)
    save_still(picture_of(library.books[GAME_ID]), PICTURE)


if __name__ == "__main__":
    main()
