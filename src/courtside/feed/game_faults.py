"""The faults of whole games: layers over their plays, overlays over their lines on the scoreboard."""

from collections.abc import Sequence
from random import Random

from courtside.feed.action import Action
from courtside.feed.layers import SETTLE_MS, Layer
from courtside.feed.line import Overlay
from courtside.feed.play_faults import Scene
from courtside.feed.stamps import shift_time


def game_layers(scene: Scene, names: Sequence[str]) -> list[Layer]:
    """The layers of those game faults in `names` that change the play-by-play."""
    layers = []
    if "no_actions" in names:
        tip_ms = min(action.at_ms for action in scene.actions)
        end_ms = scene.until(tip_ms, scene.rng.uniform(30, 150))
        layers.append(Layer(fault="no_actions", start_ms=tip_ms, end_ms=end_ms, nothing=True))
    if "early_third_quarter" in names:
        end, begin = _frame(scene, 2, "end"), _frame(scene, 3, "start")
        if end is not None and begin is not None:
            layers.append(_early_third_quarter(scene, end, begin))
    return layers


def _frame(scene: Scene, period: int, which: str) -> Action | None:
    """The row of a period's start or end."""
    rows = (action for action in scene.actions if action.facts.action_type == "period")
    return next((row for row in rows if row.play.period == period and row.facts.sub_type == which), None)


def _early_third_quarter(scene: Scene, end: Action, begin: Action) -> Layer:
    start_ms = end.at_ms + round(scene.rng.uniform(2, 9)) * 1000
    early = {"timeActual": shift_time(end.facts.time_actual, start_ms - end.at_ms)}
    return Layer(
        fault="early_third_quarter",
        start_ms=start_ms,
        end_ms=scene.until(begin.at_ms, scene.rng.uniform(30, 300)),
        missing=(begin.number,),
        extra=(scene.maker.changed(begin, early),),
    )


def overlays(names: Sequence[str], tip_ms: int, end_ms: int, rng: Random) -> list[Overlay]:
    """The overlays of those game faults in `names` that change the scoreboard's line."""
    limit_ms = end_ms + SETTLE_MS

    def seconds(least: float, most: float) -> int:
        return round(rng.uniform(least, most) * 1000)

    def during_game(length_ms: int) -> tuple[int, int]:
        start_ms = rng.randint(tip_ms, max(tip_ms, end_ms - length_ms))
        return start_ms, min(start_ms + length_ms, limit_ms)

    found: list[Overlay] = []
    for name in names:
        start_ms, stop_ms = 0, 0
        match name:
            case "frozen_status":
                start_ms, stop_ms = tip_ms, tip_ms + round((end_ms - tip_ms) * rng.uniform(0.1, 0.6))
            case "live_final":
                start_ms, stop_ms = end_ms, end_ms + seconds(30, 120)
            case "reopened":
                start_ms = end_ms + seconds(10, 40)
                stop_ms = start_ms + seconds(20, 80)
            case "postponed":
                start_ms = tip_ms + seconds(20, 120)
                stop_ms = start_ms + seconds(60, 600)
            case "backward_clock" | "dropped_game":
                start_ms, stop_ms = during_game(seconds(60, 600))
        stop_ms = min(stop_ms, limit_ms)
        if start_ms < stop_ms:
            found.append(Overlay(name, start_ms, stop_ms, amount_tenths=rng.randint(100, 900)))
    return found


def games_hit(name: str, game_ids: Sequence[str], rate: float, seed: int) -> frozenset[str]:
    """The games that a game fault hits: each with probability `rate`, and at least one."""
    if not rate:
        return frozenset()
    rng = Random(f"{seed}/{name}")
    hit = [game_id for game_id in game_ids if rng.random() < rate]
    return frozenset(hit or [rng.choice(game_ids)])
