"""A simulated game as the two files that the NBA's live site would hold of it at its end."""

import gzip
import random
import re
from collections import Counter
from datetime import UTC, datetime
from math import cos, radians, sin
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from courtside.clock import REGULATION_PERIODS, format_utc
from courtside.events import Play, Side
from courtside.sources.simulator_box import box_score
from courtside.sources.simulator_game import SimulatedGame
from courtside.sources.simulator_league import Player, Team, roster

EASTERN = ZoneInfo("America/New_York")
OFFICIALS = (9_900_001, 9_900_002, 9_900_003)
CALLED_BY_OFFICIALS = frozenset({"foul", "violation"})
ON_THE_FLOOR = frozenset({"2pt", "3pt", "block", "steal", "turnover", "foul", "rebound"})
COURT_FEET = 94
COURT_WIDTH_FEET = 50
BASKET_FEET = 5.25
RESTRICTED_FEET = 4
PAINT_FEET = 10

_JUMP = re.compile(r"Jump Ball (.+) vs\. (.+): Tip to .+")
_FEET = re.compile(r"(\d+)' ")

Json = dict[str, object]


def write_recording(folder: Path, game: SimulatedGame) -> None:
    """Write `playbyplay_<id>.json.gz` and `boxscore_<id>.json.gz` into `folder`, which is made if missing.

    The layout is the live feed's own, so `courtside feed` and `courtside replay` play them. The box
    score is kept by the simulator beside the plays, not computed from them: it serves as an oracle.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in (("playbyplay", play_by_play(game)), ("boxscore", box_score_file(game))):
        body = gzip.compress(msgspec.json.encode(content), mtime=0)
        (folder / f"{name}_{game.game_id}.json.gz").write_bytes(body)


def play_by_play(game: SimulatedGame) -> Json:
    """The content of the play-by-play file."""
    ended_ms = game.plays[-1].at_ms or 0
    return {
        "meta": _meta(game, "playbyplay", ended_ms + 150_000),
        "game": {"gameId": game.game_id, "actions": _Scribe(game).actions()},
    }


def box_score_file(game: SimulatedGame) -> Json:
    """The content of the box score file."""
    ended_ms = game.plays[-1].at_ms or 0
    return {"meta": _meta(game, "boxscore", ended_ms + 396_000), "game": box_score(game)}


def _meta(game: SimulatedGame, name: str, made_ms: int) -> Json:
    made = datetime.fromtimestamp(made_ms / 1000, UTC).astimezone(EASTERN)
    return {
        "version": 1,
        "code": 200,
        "request": f"courtside simulator/games/{game.game_id}/{name}?Format=json",
        "time": f"{made:%Y-%m-%d %H:%M:%S.%f}",
    }


def _tenths_utc(milliseconds: int) -> str:
    return f"{format_utc(milliseconds)[:-3]}Z"


class _Scribe:
    """Writes plays out as actions, with the running totals that the feed repeats in them."""

    def __init__(self, game: SimulatedGame) -> None:
        self.game = game
        self.rng = random.Random(f"places on the floor in {game.game_id}")
        self.teams: dict[Side, Team] = {"home": game.home, "away": game.away}
        self.people: dict[int, Player] = {
            player.person_id: player for team in self.teams.values() for player in roster(team.tricode)
        }
        self.totals: Counter[tuple[int, str]] = Counter()
        self.missed_action = 0
        self.shot_area: Json = {"area": "Above the Break 3", "areaDetail": "24+ Center"}

    def actions(self) -> list[Json]:
        plays = self.game.plays
        return [
            self._action(play, plays[place + 1] if place + 1 < len(plays) else None)
            for place, play in enumerate(plays)
        ]

    def _action(self, play: Play, following: Play | None) -> Json:
        at_ms = play.at_ms or 0
        seconds, tenths = divmod(play.remaining_tenths, 10)
        action: Json = {
            "actionNumber": play.play_id,
            "clock": f"PT{seconds // 60:02d}M{seconds % 60:02d}.{tenths}0S",
            "timeActual": _tenths_utc(at_ms),
            "period": play.period,
            "periodType": "REGULAR" if play.period <= REGULATION_PERIODS else "OVERTIME",
        }
        if play.side is not None:
            team = self.teams[play.side]
            action |= {"teamId": team.team_id, "teamTricode": team.tricode}
        action |= {"actionType": play.action, "subType": play.sub_type}
        if play.descriptor:
            action["descriptor"] = play.descriptor
        edited_ms = at_ms + self.rng.choice((0, 2000, 5000, 6000, 8000, 40_000))
        shot = play.action in ("2pt", "3pt")
        action |= {
            "qualifiers": list(play.qualifiers),
            "personId": play.person_id or 0,
            "x": None,
            "y": None,
            "side": None,
            "possession": self.teams[play.possession].team_id if play.possession else 0,
            "scoreHome": str(play.score_home),
            "scoreAway": str(play.score_away),
            "edited": f"{format_utc(edited_ms)[:-5]}Z",
            "orderNumber": play.order,
            "isTargetScoreLastPeriod": False,
            "xLegacy": None,
            "yLegacy": None,
            "isFieldGoal": int(shot),
            "description": play.description,
        }
        if play.action in CALLED_BY_OFFICIALS:
            action["officialId"] = self.rng.choice(OFFICIALS)
        if shot:
            action |= self._place(play)
        if play.action in ON_THE_FLOOR:
            action |= self.shot_area
        if play.made is not None:
            action["shotResult"] = "Made" if play.made else "Missed"
        people = [play.person_id] if play.person_id else []
        if play.person_id is not None:
            person = self.people[play.person_id]
            action |= {"playerName": person.family_name, "playerNameI": person.short_name}
            action |= self._totals(play, person.person_id)
        people += self._others(play, following, action)
        action["personIdsFilter"] = people
        if play.action == "rebound":
            action["shotActionNumber"] = self.missed_action
        if play.made is False:
            self.missed_action = play.play_id
        return action

    def _count(self, person_id: int, what: str, by: int = 1) -> int:
        self.totals[person_id, what] += by
        return self.totals[person_id, what]

    def _totals(self, play: Play, person_id: int) -> Json:
        match play.action:
            case "2pt" | "3pt" | "freethrow" if play.made:
                points = {"2pt": 2, "3pt": 3, "freethrow": 1}[play.action]
                return {"pointsTotal": self._count(person_id, "points", points)}
            case "rebound":
                self._count(person_id, play.sub_type)
                offensive, defensive = (self.totals[person_id, kind] for kind in ("offensive", "defensive"))
                return {
                    "reboundTotal": offensive + defensive,
                    "reboundDefensiveTotal": defensive,
                    "reboundOffensiveTotal": offensive,
                }
            case "turnover":
                return {"turnoverTotal": self._count(person_id, "turnovers")}
            case "foul":
                technical = play.sub_type == "technical"
                self._count(person_id, "technicals" if technical else "fouls")
                return {
                    "foulPersonalTotal": self.totals[person_id, "fouls"],
                    "foulTechnicalTotal": self.totals[person_id, "technicals"],
                }
            case _:
                return {}

    def _others(self, play: Play, following: Play | None, action: Json) -> list[int]:
        """Names whoever else had a part in the play; returns their ids."""
        if play.assist_id is not None:
            helper = self.people[play.assist_id]
            action |= {
                "assistPlayerNameInitial": helper.short_name,
                "assistPersonId": helper.person_id,
                "assistTotal": self._count(helper.person_id, "assists"),
            }
            return [helper.person_id]
        if play.action == "jumpball":
            return self._jumpers(play, action)
        if following is None or following.person_id is None:
            return []
        part = {"block": "block", "steal": "steal", "freethrow": "foulDrawn"}.get(following.action)
        if part is None or (part == "foulDrawn") != (play.action == "foul" and play.sub_type == "personal"):
            return []
        person = self.people[following.person_id]
        action |= {f"{part}PlayerName": person.family_name, f"{part}PersonId": person.person_id}
        return [person.person_id]

    def _jumpers(self, play: Play, action: Json) -> list[int]:
        said = _JUMP.fullmatch(play.description)
        if said is None or play.person_id is None or play.side is None:
            return []
        jumpers = self._named(self.game.home, said[1]), self._named(self.game.away, said[2])
        won, lost = jumpers if play.side == "home" else jumpers[::-1]
        tipped_to = self.people[play.person_id]
        action |= {
            "jumpBallRecoveredName": tipped_to.short_name,
            "jumpBallRecoverdPersonId": tipped_to.person_id,  # the feed's own spelling
            "jumpBallWonPlayerName": won.family_name,
            "jumpBallWonPersonId": won.person_id,
            "jumpBallLostPlayerName": lost.family_name,
            "jumpBallLostPersonId": lost.person_id,
        }
        return [won.person_id, lost.person_id]

    def _named(self, team: Team, short_name: str) -> Player:
        return next(player for player in roster(team.tricode) if player.short_name == short_name)

    def _place(self, play: Play) -> Json:
        """Where on the floor a shot was taken from; the feed counts in percent of the court."""
        said = _FEET.search(play.description)
        feet = int(said[1]) if said else self.rng.randint(1, 5) if play.action == "2pt" else 24
        angle = radians(self.rng.uniform(-75, 75))
        along, across = BASKET_FEET + feet * cos(angle), COURT_WIDTH_FEET / 2 + feet * sin(angle)
        across = min(max(across, 1.0), COURT_WIDTH_FEET - 1.0)
        left = (play.side == "home") == (play.period <= 2)
        x, y = 100 * along / COURT_FEET, 100 * across / COURT_WIDTH_FEET
        third = "Center" if abs(angle) < 0.35 else "Left" if (angle > 0) == left else "Right"
        if play.action == "3pt":
            area, reach = "Above the Break 3", "24+"
        elif feet <= RESTRICTED_FEET:
            area, reach = "Restricted Area", "0-8"
        elif feet < PAINT_FEET:
            area, reach = "In The Paint (Non-RA)", "0-8" if feet <= 8 else "8-16"
        else:
            area, reach = "Mid-Range", "8-16" if feet <= 16 else "16-24"
        self.shot_area = {"area": area, "areaDetail": f"{reach} {third}"}
        return {
            "x": x if left else 100 - x,
            "y": y if left else 100 - y,
            "side": "left" if left else "right",
            "shotDistance": float(feet),
            "xLegacy": round(10 * feet * sin(angle)),
            "yLegacy": round(10 * feet * cos(angle)),
        }
