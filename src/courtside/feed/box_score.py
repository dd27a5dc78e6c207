"""The box score as it stands after some actions: the recorded one with every count taken from the plays."""

from collections.abc import Mapping

import msgspec

from courtside.events import Side
from courtside.feed.body import Body, Part
from courtside.feed.line import LIVE, Line, feed_clock
from courtside.feed.recording import Team
from courtside.feed.stamps import file_time
from courtside.feed.tally import Tallier, Tally
from courtside.game.players import PlayerState

Json = dict[str, object]
_encode = msgspec.json.Encoder().encode
_COMMA = Part(b",")

_DERIVED_GAME = ("duration", "gameStatusText", "gameStatus", "period", "gameClock")
_KNOWN_LATER = ("attendance", "sellout")
_MINUTE_MS = 60_000


class BoxScoreFile:
    """`boxscore_<id>.json` of one game; what the plays do not tell (arena, officials) is as recorded."""

    def __init__(self, game_id: str, box: Json, home: Team, away: Team, tallier: Tallier) -> None:
        self._game_id = game_id
        self._box = box
        self._home = home
        self._away = away
        self._tallier = tallier
        self._players: dict[int, Part] = {}

    def final(self, at_ms: int) -> Body:
        """The recorded file."""
        return Body([Part(self._head(at_ms)), Part(_encode(self._box)), Part(b"}")])

    def body(self, tally: Tally, line: Line, at_ms: int, tip_ms: int) -> Body:
        """The file after the actions of `tally`, written at `at_ms`."""
        # The real file keeps a clock of zero after the end.
        clock = line.clock or feed_clock(0)
        derived: Json = {
            "duration": (at_ms - tip_ms) // _MINUTE_MS,
            "gameStatusText": line.text,
            "gameStatus": line.status,
            "period": line.period,
            "gameClock": clock,
        }
        game: Json = {}
        for name, value in self._box.items():
            if name in ("homeTeam", "awayTeam") or (name in _KNOWN_LATER and line.status == LIVE):
                continue
            game[name] = derived[name] if name in _DERIVED_GAME else value
        parts = [Part(self._head(at_ms) + _encode(game)[:-1] + b',"homeTeam":')]
        parts += self._team("home", tally, line)
        parts.append(Part(b',"awayTeam":'))
        parts += self._team("away", tally, line)
        parts.append(Part(b"}}"))
        return Body(parts)

    def _head(self, at_ms: int) -> bytes:
        meta = {
            "version": 1,
            "code": 200,
            "request": f"http://nba.cloud/games/{self._game_id}/boxscore?Format=json",
            "time": file_time(at_ms),
        }
        return b'{"meta":' + _encode(meta) + b',"game":'

    def _team(self, side: Side, tally: Tally, line: Line) -> list[Part]:
        team = self._home if side == "home" else self._away
        score, periods = (
            (line.score_home, line.periods_home) if side == "home" else (line.score_away, line.periods_away)
        )
        head = {
            "teamId": team.team_id,
            "teamName": team.team_name,
            "teamCity": team.team_city,
            "teamTricode": team.team_tricode,
            "score": score,
            "inBonus": str(int(self._tallier.in_bonus(tally, team.team_id))),
            "timeoutsRemaining": tally.count(team.team_id, "timeoutsRemaining"),
            "periods": period_rows(periods),
        }
        parts = [Part(_encode(head)[:-1] + b',"players":[')]
        for place, player in enumerate(team.players):
            if place:
                parts.append(_COMMA)
            parts.append(self._player(player, tally))
        statistics = team_statistics(tally, team, self._opponent(team), self._tallier)
        parts.append(Part(b'],"statistics":' + _encode(statistics) + b"}"))
        return parts

    def _opponent(self, team: Team) -> Team:
        return self._away if team is self._home else self._home

    def _player(self, recorded: Json, tally: Tally) -> Part:
        person_id = recorded["personId"]
        assert isinstance(person_id, int)  # read_game has parsed the roster
        state = tally.state.players.get(person_id)
        played = state is not None and (state.on_court or state.played_before > 0)
        player = {
            **recorded,
            "oncourt": str(int(state is not None and state.on_court)),
            "played": str(int(played)),
            "statistics": player_statistics(person_id, state, tally),
        }
        encoded = _encode(player)
        known = self._players.get(person_id)
        if known is None or known.raw != encoded:
            known = self._players[person_id] = Part(encoded)
        return known


def period_rows(scores: tuple[int, ...]) -> list[Json]:
    return [
        {"period": period, "periodType": "REGULAR" if period <= 4 else "OVERTIME", "score": score}
        for period, score in enumerate(scores, 1)
    ]


def duration(tenths: int) -> str:
    """Minutes as the box score writes them.

    >>> duration(13160)
    'PT21M56.00S'
    """
    return feed_clock(tenths)


def _share(made: float, attempted: float) -> float:
    return made / attempted if attempted else 0.0


def _shooting(name: str, made: int, attempted: int) -> Json:
    return {f"{name}Attempted": attempted, f"{name}Made": made, f"{name}Percentage": _share(made, attempted)}


def player_statistics(person_id: int, state: PlayerState | None, tally: Tally) -> Json:
    """One player's `statistics`; zeros for one who has not played."""
    player = state or PlayerState(person_id, None, "home")
    tenths = player.played(tally.state.elapsed)
    plus, minus = tally.count(person_id, "plus"), tally.count(person_id, "minus")
    return {
        "assists": player.assists,
        "blocks": player.blocks,
        "blocksReceived": tally.count(person_id, "blocksReceived"),
        **_shooting("fieldGoals", player.field_goals_made, player.field_goals_attempted),
        "foulsOffensive": tally.count(person_id, "foulsOffensive"),
        "foulsDrawn": tally.count(person_id, "foulsDrawn"),
        "foulsPersonal": player.fouls,
        "foulsTechnical": tally.count(person_id, "foulsTechnical"),
        **_shooting("freeThrows", player.free_throws_made, player.free_throws_attempted),
        "minus": float(minus),
        "minutes": duration(tenths),
        "minutesCalculated": f"PT{(tenths + 300) // 600:02d}M",
        "plus": float(plus),
        "plusMinusPoints": float(plus - minus),
        "points": player.points,
        "pointsFastBreak": tally.count(person_id, "pointsFastBreak"),
        "pointsInThePaint": tally.count(person_id, "pointsInThePaint"),
        "pointsSecondChance": tally.count(person_id, "pointsSecondChance"),
        "reboundsDefensive": player.rebounds - player.rebounds_offensive,
        "reboundsOffensive": player.rebounds_offensive,
        "reboundsTotal": player.rebounds,
        "steals": player.steals,
        **_shooting("threePointers", player.three_pointers_made, player.three_pointers_attempted),
        "turnovers": player.turnovers,
        **_shooting(
            "twoPointers",
            player.field_goals_made - player.three_pointers_made,
            player.field_goals_attempted - player.three_pointers_attempted,
        ),
    }


class _Sums(msgspec.Struct):
    points: int = 0
    bench_points: int = 0
    assists: int = 0
    blocks: int = 0
    steals: int = 0
    turnovers: int = 0
    fouls: int = 0
    rebounds: int = 0
    rebounds_offensive: int = 0
    field_goals_made: int = 0
    field_goals_attempted: int = 0
    three_pointers_made: int = 0
    three_pointers_attempted: int = 0
    free_throws_made: int = 0
    free_throws_attempted: int = 0
    tenths: int = 0


def _sum(players: Mapping[int, PlayerState], side: Side, elapsed: int) -> _Sums:
    sums = _Sums()
    for player in players.values():
        if player.side != side:
            continue
        sums.points += player.points
        sums.bench_points += 0 if player.starter else player.points
        sums.assists += player.assists
        sums.blocks += player.blocks
        sums.steals += player.steals
        sums.turnovers += player.turnovers
        sums.fouls += player.fouls
        sums.rebounds += player.rebounds
        sums.rebounds_offensive += player.rebounds_offensive
        sums.field_goals_made += player.field_goals_made
        sums.field_goals_attempted += player.field_goals_attempted
        sums.three_pointers_made += player.three_pointers_made
        sums.three_pointers_attempted += player.three_pointers_attempted
        sums.free_throws_made += player.free_throws_made
        sums.free_throws_attempted += player.free_throws_attempted
        sums.tenths += player.played(elapsed)
    return sums


def team_statistics(tally: Tally, team: Team, opponent: Team, tallier: Tallier) -> Json:
    """One team's `statistics`."""
    team_id = team.team_id
    state = tally.state
    home = team_id == tallier.home_team_id
    sums = _sum(state.players, "home" if home else "away", state.elapsed)
    score, against = (state.score_home, state.score_away) if home else (state.score_away, state.score_home)
    momentum = state.momentum
    biggest_lead = momentum.biggest_lead_home if home else momentum.biggest_lead_away
    biggest_run = tally.count(team_id, "biggestScoringRun")

    def count(name: str) -> int:
        return tally.count(team_id, name)

    def made_and_attempted(name: str) -> Json:
        return _shooting(name, count(f"{name}Made"), count(f"{name}Attempted"))

    def score_then(name: str) -> str:
        return f"{count(name + 'Away')}-{count(name + 'Home')}"

    turnovers_total = sums.turnovers + count("turnoversTeam")
    two_made = sums.field_goals_made - sums.three_pointers_made
    two_attempted = sums.field_goals_attempted - sums.three_pointers_attempted
    true_attempts = sums.field_goals_attempted + 0.44 * sums.free_throws_attempted
    return {
        "assists": sums.assists,
        "assistsTurnoverRatio": _share(sums.assists, turnovers_total),
        "benchPoints": sums.bench_points,
        "biggestLead": biggest_lead,
        **({"biggestLeadScore": score_then("biggestLead")} if biggest_lead else {}),
        "biggestScoringRun": biggest_run,
        **({"biggestScoringRunScore": score_then("biggestScoringRun")} if biggest_run else {}),
        "blocks": sums.blocks,
        "blocksReceived": count("blocksReceived"),
        **made_and_attempted("fastBreakPoints"),
        "fieldGoalsAttempted": sums.field_goals_attempted,
        "fieldGoalsEffectiveAdjusted": _share(
            sums.field_goals_made + 0.5 * sums.three_pointers_made, sums.field_goals_attempted
        ),
        "fieldGoalsMade": sums.field_goals_made,
        "fieldGoalsPercentage": _share(sums.field_goals_made, sums.field_goals_attempted),
        "foulsOffensive": count("foulsOffensive"),
        "foulsDrawn": count("foulsDrawn"),
        "foulsPersonal": sums.fouls,
        "foulsTeam": sums.fouls - count("foulsOffensive"),
        "foulsTechnical": count("foulsTechnical"),
        "foulsTeamTechnical": count("foulsTeamTechnical"),
        **_shooting("freeThrows", sums.free_throws_made, sums.free_throws_attempted),
        "leadChanges": momentum.lead_changes,
        "minutes": duration(sums.tenths),
        "minutesCalculated": f"PT{(sums.tenths + 300) // 600:02d}M",
        "points": score,
        "pointsAgainst": against,
        "pointsFastBreak": count("pointsFastBreak"),
        "pointsFromTurnovers": count("pointsFromTurnovers"),
        "pointsInThePaint": count("pointsInThePaint"),
        **made_and_attempted("pointsInThePaint"),
        "pointsSecondChance": count("pointsSecondChance"),
        "reboundsDefensive": sums.rebounds - sums.rebounds_offensive,
        "reboundsOffensive": sums.rebounds_offensive,
        "reboundsPersonal": sums.rebounds,
        "reboundsTeam": count("reboundsTeam"),
        "reboundsTeamDefensive": count("reboundsTeamDefensive"),
        "reboundsTeamOffensive": count("reboundsTeamOffensive"),
        "reboundsTotal": sums.rebounds + count("reboundsTeam"),
        **made_and_attempted("secondChancePoints"),
        "steals": sums.steals,
        "teamFieldGoalAttempts": 0,
        **_shooting("threePointers", sums.three_pointers_made, sums.three_pointers_attempted),
        "timeLeading": duration(count("leadingTenths")),
        "timesTied": momentum.ties,
        "trueShootingAttempts": true_attempts,
        "trueShootingPercentage": _share(score, 2 * true_attempts),
        "turnovers": sums.turnovers,
        "turnoversTeam": count("turnoversTeam"),
        "turnoversTotal": turnovers_total,
        **_shooting("twoPointers", two_made, two_attempted),
    }
