"""What games teach, told to every process: each keeps the same ratings, whoever folded the game."""

import logging
from collections.abc import Iterable

import msgspec

from courtside.app.ratings import Lesson, Ratings
from courtside.bus.bus import Bus, Delivery, Record, Stream
from courtside.game.live import LiveGame

log = logging.getLogger("courtside.ratings")

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Lesson)


class Lessons:
    """The stream of lessons on one side, the ratings of this process on the other."""

    def __init__(self, bus: Bus, ratings: Ratings) -> None:
        self._bus = bus
        self._ratings = ratings
        self._reader = bus.reader(Stream.RATINGS)
        self._reader.add(0, None)

    async def catch_up(self) -> None:
        """Takes what has been taught so far."""
        last = await self._bus.last(Stream.RATINGS, 0)
        position = ""
        while last is not None and position < last.position:
            position = self._take(await self._reader.read())

    async def run(self) -> None:
        """Takes lessons as they come, until cancelled."""
        try:
            while True:
                self._take(await self._reader.read())
        finally:
            await self._reader.aclose()

    async def teach(self, games: Iterable[LiveGame]) -> None:
        """Publish what these games teach. A replayed game teaches nothing: shown again, it must not have
        been learned from."""
        lessons = [self._ratings.lesson(live) for live in games if live.source == "nba"]
        records = [
            Record(lesson.game_id, _encoder.encode(lesson), id=_name(lesson))
            for lesson in lessons
            if lesson is not None
        ]
        if records:
            await self._bus.publish(Stream.RATINGS, records)

    def _take(self, deliveries: Iterable[Delivery]) -> str:
        position = ""
        for delivery in deliveries:
            position = delivery.position
            try:
                lesson = _decoder.decode(delivery.value)
            except msgspec.DecodeError as error:
                log.error("a lesson cannot be read (%s); is another version running?", error)
                continue
            self._ratings.take(lesson)
        return position


def _name(lesson: Lesson) -> str:
    parts = "half" * (lesson.inside is not None) + "end" * (lesson.finished is not None)
    return f"{lesson.game_id}/{parts}"
