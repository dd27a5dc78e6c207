"""The faults of single plays: what is wrong with them, from when until when."""

from collections.abc import Callable, Mapping, Sequence
from random import Random

from courtside.events import Side
from courtside.feed.action import Action, ActionMaker, Fields
from courtside.feed.layers import SETTLE_MS, Layer, ScoreShift
from courtside.feed.recording import Team
from courtside.feed.stamps import shift_time

_FRAME = ("period", "game")
_SHOTS = ("2pt", "3pt", "freethrow")
_BY_A_PLAYER = (*_SHOTS, "rebound", "turnover", "foul", "steal", "block")
# The spread of real edits after the play: half within 6.5 s, a tenth later than 163 s.
_EDIT_MEDIAN_S = 6.5
_EDIT_SIGMA = 2.5
_EDIT_MOST_S = 3600.0
_TRIES = 200


class Scene:
    """What a play fault may look at: one game's true actions, and what is already taken."""

    def __init__(
        self,
        actions: Sequence[Action],
        maker: ActionMaker,
        teams: tuple[Team, Team],
        end_ms: int,
        rng: Random,
    ) -> None:
        self.actions = actions
        self.maker = maker
        self.rng = rng
        self.limit_ms = end_ms + SETTLE_MS
        self.taken: set[int] = set()
        self._teams = {team.team_id: team for team in teams}
        self._home_team_id = teams[0].team_id
        self._next_number = max(action.number for action in actions) + 1

    def free(self, place: int) -> bool:
        """A real play, that no other fault has changed."""
        action = self.actions[place]
        return action.facts.action_type not in _FRAME and action.number not in self.taken

    def new_number(self) -> int:
        self._next_number += 1
        return self._next_number - 1

    def until(self, start_ms: int, seconds: float) -> int:
        return min(start_ms + round(seconds * 1000), self.limit_ms)

    def edit_seconds(self) -> float:
        return min(_EDIT_MOST_S, _EDIT_MEDIAN_S * self.rng.lognormvariate(0, _EDIT_SIGMA) + 1.0)

    def shift(self, action: Action, points: int) -> ScoreShift | None:
        if not points or action.facts.team_id is None:
            return None
        side: Side = "home" if action.facts.team_id == self._home_team_id else "away"
        return ScoreShift(action.order, side, points)

    def scores(self, place: int) -> bool:
        """The action's points are those by which the score rises with it."""
        action = self.actions[place]
        before = self.actions[place - 1].play if place else None
        rise = action.play.score_home + action.play.score_away
        if before is not None:
            rise -= before.score_home + before.score_away
        return action.facts.points == rise

    def teammate(self, action: Action) -> Mapping[str, object] | None:
        team = self._teams.get(action.facts.team_id or 0)
        others = [
            player
            for player in (team.players if team else ())
            if player.get("status") == "ACTIVE" and player["personId"] != action.facts.person_id
        ]
        return self.rng.choice(others) if others else None


def _first_edited(action: Action) -> str:
    """`edited` of a play that nobody has edited yet."""
    return action.facts.time_actual[:19] + "Z"


def _late_edit(scene: Scene, place: int) -> Layer | None:
    action = scene.actions[place]
    facts = action.facts
    ways = ["text"]
    if facts.action_type in _BY_A_PLAYER and facts.person_id:
        ways.append("player")
    if action.play.assist_id is not None:
        ways.append("assist")
    if facts.action_type in ("2pt", "3pt") and facts.points and scene.scores(place):
        ways.append("points")
    points = 0
    changes: dict[str, object] = {"edited": _first_edited(action)}
    match scene.rng.choice(ways):
        case "text":
            changes["description"] = action.play.description.upper() + " (UNDER REVIEW)"
        case "assist":
            changes["assistPersonId"] = None
        case "points":
            other = "3pt" if facts.action_type == "2pt" else "2pt"
            changes["actionType"] = other
            points = 1 if other == "3pt" else -1
        case _:
            mate = scene.teammate(action)
            if mate is None or mate["personId"] == action.play.assist_id:
                return None
            changes |= {
                "personId": mate["personId"],
                "playerName": mate.get("familyName"),
                "playerNameI": mate.get("nameI"),
            }
    return Layer(
        fault="late_edit",
        start_ms=action.at_ms,
        end_ms=scene.until(action.at_ms, scene.edit_seconds()),
        changes={action.number: changes},
        shift=scene.shift(action, points),
    )


def _late_insertion(scene: Scene, place: int) -> Layer | None:
    action = scene.actions[place]
    if not scene.scores(place):
        return None
    return Layer(
        fault="late_insertion",
        start_ms=action.at_ms,
        end_ms=scene.until(action.at_ms, scene.edit_seconds()),
        missing=(action.number,),
        shift=scene.shift(action, -action.facts.points),
    )


def _deletion(scene: Scene, place: int) -> Layer | None:
    action = scene.actions[place]
    if action.facts.action_type not in _BY_A_PLAYER or not action.facts.person_id:
        return None
    following = scene.actions[place + 1].order if place + 1 < len(scene.actions) else action.order + 100
    if following - action.order < 2:
        return None
    who = str(action.fields.get("playerNameI", ""))
    phantom: dict[str, object] = {
        **{name: value for name, value in action.fields.items() if name not in _OF_ONE_KIND},
        "actionNumber": scene.new_number(),
        "orderNumber": (action.order + following) // 2,
        "edited": _first_edited(action),
        "qualifiers": [],
    }
    kind = scene.rng.choice(("2pt", "rebound", "foul"))
    if kind == "2pt":
        phantom |= {
            "actionType": "2pt",
            "subType": "Layup",
            "shotResult": "Made",
            "isFieldGoal": 1,
            "description": f"{who} Layup",
        }
    elif kind == "rebound":
        phantom |= {"actionType": "rebound", "subType": "defensive", "description": f"{who} REBOUND"}
    else:
        phantom |= {"actionType": "foul", "subType": "personal", "description": f"{who} FOUL"}
    extra = scene.maker.make([phantom], [action.slot])[0]
    start_ms = action.at_ms + 1000
    return Layer(
        fault="deletion",
        start_ms=start_ms,
        end_ms=scene.until(start_ms, scene.rng.uniform(10, 180)),
        extra=(extra,),
        shift=scene.shift(extra, extra.facts.points),
    )


_OF_ONE_KIND = frozenset(
    (
        "pointsTotal",
        "assistPersonId",
        "assistPlayerNameInitial",
        "assistTotal",
        "shotResult",
        "descriptor",
        "blockPersonId",
        "blockPlayerName",
        "stealPersonId",
        "stealPlayerName",
        "foulDrawnPersonId",
        "foulDrawnPlayerName",
        "reboundTotal",
        "reboundDefensiveTotal",
        "reboundOffensiveTotal",
        "turnoverTotal",
        "foulPersonalTotal",
        "foulTechnicalTotal",
        "shotActionNumber",
        "shotDistance",
        "officialId",
    )
)
"""Fields that only some kinds of action have."""


def _score_review(scene: Scene, place: int) -> Layer | None:
    action = scene.actions[place]
    if not action.facts.points or not scene.scores(place):
        return None
    start_ms = action.at_ms + round(scene.rng.uniform(10, 60) * 1000)
    changes: Fields = {
        "shotResult": "Missed",
        "description": f"MISS {action.play.description}",
        "assistPersonId": None,
        "pointsTotal": None,
    }
    return Layer(
        fault="score_review",
        start_ms=start_ms,
        end_ms=scene.until(start_ms, scene.rng.uniform(20, 180)),
        changes={action.number: changes},
        shift=scene.shift(action, -action.facts.points),
    )


def _backward_time(scene: Scene, place: int) -> Layer | None:
    action = scene.actions[place]
    earlier = action.at_ms - round(scene.rng.uniform(5, 180)) * 1000
    changes = {"timeActual": shift_time(action.facts.time_actual, earlier - action.at_ms)}
    return Layer(
        fault="backward_time",
        start_ms=action.at_ms,
        end_ms=scene.until(action.at_ms, scene.rng.uniform(30, 600)),
        changes={action.number: changes},
    )


def _missing_possession(scene: Scene, place: int) -> Layer | None:
    action = scene.actions[place]
    if action.play.possession is None:
        return None
    return Layer(
        fault="missing_possession",
        start_ms=action.at_ms,
        end_ms=scene.until(action.at_ms, scene.rng.uniform(10, 300)),
        changes={action.number: {"possession": 0}},
    )


def _action_numbers(scene: Scene, place: int) -> Layer | None:
    if place + 1 >= len(scene.actions) or not scene.free(place + 1):
        return None
    one, two = scene.actions[place], scene.actions[place + 1]
    scene.taken.add(two.number)
    start_ms = max(one.at_ms, two.at_ms)
    return Layer(
        fault="action_numbers",
        start_ms=start_ms,
        end_ms=scene.until(start_ms, scene.rng.uniform(20, 300)),
        changes={one.number: {"actionNumber": two.number}, two.number: {"actionNumber": one.number}},
    )


_PLAY_FAULTS: dict[str, Callable[[Scene, int], Layer | None]] = {
    "late_edit": _late_edit,
    "late_insertion": _late_insertion,
    "deletion": _deletion,
    "score_review": _score_review,
    "backward_time": _backward_time,
    "missing_possession": _missing_possession,
    "action_numbers": _action_numbers,
}


def play_layers(scene: Scene, names: Sequence[str], rate: float) -> list[Layer]:
    """Each play is hit with probability `rate` by one of the named faults; each fault hits at least one
    play of the game where any suits."""
    layers: list[Layer] = []
    if not names or not rate:
        return layers

    def hit(name: str, place: int) -> bool:
        layer = _PLAY_FAULTS[name](scene, place) if scene.free(place) else None
        if layer is None or layer.start_ms >= layer.end_ms:
            return False
        scene.taken.add(scene.actions[place].number)
        layers.append(layer)
        return True

    for name in names:
        any(hit(name, scene.rng.randrange(len(scene.actions))) for _ in range(_TRIES))
    for place in range(len(scene.actions)):
        if scene.rng.random() < rate:
            hit(scene.rng.choice(names), place)
    return layers
