"""What forecasts in this process: the model that the settings name, and where its ratings begin."""

from collections.abc import Callable

import msgspec

from courtside.app.models import resolve
from courtside.forecast.adaptive import AdaptiveLevels
from courtside.forecast.bundle import Bundle, Manifest
from courtside.forecast.forecast import Forecaster
from courtside.forecast.model import Model
from courtside.forecast.rating_book import RatingBook
from courtside.replies import ModelInfo
from courtside.settings import Settings


class Forecasting(msgspec.Struct, frozen=True):
    """A model ready to forecast. `book` makes a rating book that stands where training ended."""

    forecaster: Forecaster
    info: ModelInfo
    book: Callable[[], RatingBook] = RatingBook
    levels: AdaptiveLevels = AdaptiveLevels()


def open_forecasting(settings: Settings) -> Forecasting:
    """Reads and checks the bundle; raises `ModelError`."""
    bundle = Bundle.open(resolve(settings))
    model = Model.of(bundle, settings.ensemble)
    return Forecasting(model, _info(bundle.manifest, model), model.book, model.levels)


def _info(manifest: Manifest, model: Model) -> ModelInfo:
    data = manifest.data
    return ModelInfo(
        version=model.version,
        status="active",
        ensemble=model.ensemble,
        first_date=data.first_date,
        last_date=data.last_date,
        games=data.games,
        seasons=list(data.seasons),
        metrics=dict(manifest.metrics),
    )
