"""The box score of a simulated game, in the live feed's layout."""

from collections import Counter
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from courtside.clock import REGULATION_PERIODS, period_start_tenths
from courtside.events import Play, Side
from courtside.sources.simulator_game import SimulatedGame
from courtside.sources.simulator_league import Player
from courtside.sources.simulator_path import Course, course, scorings
from courtside.sources.simulator_squad import ON_COURT, Athlete

EASTERN = ZoneInfo("America/New_York")
POINTS = {"2pt": 2, "3pt": 3, "freethrow": 1}

Json = dict[str, object]


def box_score(game: SimulatedGame) -> Json:
    """What the file has under `game`."""
    start = datetime.fromtimestamp(game.start_ms / 1000, UTC)
    start_et = start.astimezone(EASTERN)
    ended_ms = game.plays[-1].at_ms or 0
    periods = game.periods
    overtime = periods - REGULATION_PERIODS
    whole = course(scorings(game.plays), _length(game))
    eastern = start_et.isoformat()
    return {
        "gameId": game.game_id,
        "gameTimeLocal": eastern,
        "gameTimeUTC": f"{start:%Y-%m-%dT%H:%M:%SZ}",
        "gameTimeHome": eastern,
        "gameTimeAway": eastern,
        "gameEt": eastern,
        "duration": (ended_ms - game.start_ms) // 60_000,
        "gameCode": f"{start_et:%Y%m%d}/{game.away.tricode}{game.home.tricode}",
        "gameStatusText": "Final" if overtime <= 0 else f"Final/OT{overtime if overtime > 1 else ''}",
        "gameStatus": 3,
        "regulationPeriods": REGULATION_PERIODS,
        "period": periods,
        "gameClock": "PT00M00.00S",
        "attendance": 0,
        "sellout": "0",
        "arena": {
            "arenaId": 0,
            "arenaName": "Simulated Arena",
            "arenaCity": game.home.city,
            "arenaState": "",
            "arenaCountry": "US",
            "arenaTimezone": "America/New_York",
        },
        "officials": [
            {
                "personId": 9_900_000 + number,
                "name": f"Simulated Official {number}",
                "nameI": f"S. Official {number}",
                "firstName": "Simulated",
                "familyName": f"Official {number}",
                "jerseyNum": str(number),
                "assignment": f"OFFICIAL{number}",
            }
            for number in (1, 2, 3)
        ],
        "homeTeam": _team(game, 0, whole),
        "awayTeam": _team(game, 1, whole),
    }


def _length(game: SimulatedGame) -> int:
    """Game time of the whole game, in tenths."""
    return period_start_tenths(game.periods + 1)


def _team(game: SimulatedGame, place: int, whole: Course) -> Json:
    squad = game.squads[place]
    team = squad.team
    return {
        "teamId": team.team_id,
        "teamName": team.name,
        "teamCity": team.city,
        "teamTricode": team.tricode,
        "score": squad.score,
        "inBonus": "0",
        "timeoutsRemaining": squad.timeouts,
        "periods": [
            {
                "period": period,
                "periodType": "REGULAR" if period <= REGULATION_PERIODS else "OVERTIME",
                "score": score,
            }
            for period, score in enumerate(squad.period_scores, start=1)
        ],
        "players": _players(game, place),
        "statistics": _team_statistics(game, place, whole),
    }


def _players(game: SimulatedGame, place: int) -> list[Json]:
    squad = game.squads[place]
    sums = _sums(game.plays)
    athletes = [*squad.athletes, *(Athlete(player) for player in game.inactive[place])]
    return [
        {
            "status": "ACTIVE" if athlete.player.active else "INACTIVE",
            **({} if athlete.player.active else {"notPlayingReason": "INACTIVE_INJURY"}),
            "order": order,
            "personId": athlete.person_id,
            "jerseyNum": athlete.player.jersey,
            **({"position": athlete.player.position} if athlete.player.starter else {}),
            "starter": str(int(athlete.player.starter)),
            "oncourt": str(int(athlete in squad.on_court)),
            "played": str(int(athlete.played > 0)),
            "statistics": _player_statistics(athlete, sums),
            **_names(athlete.player),
        }
        for order, athlete in enumerate(athletes, start=1)
    ]


def _names(player: Player) -> Json:
    return {
        "name": player.name,
        "nameI": player.short_name,
        "firstName": player.first_name,
        "familyName": player.family_name,
    }


def _sums(plays: tuple[Play, ...]) -> Counter[tuple[int | Side, str]]:
    """Points, makes and tries of players and sides under each circumstance that the feed names."""
    sums: Counter[tuple[int | Side, str]] = Counter()
    for play in plays:
        if play.made is None or play.person_id is None or play.side is None:
            continue
        tried = play.action != "freethrow"
        for who in (play.person_id, play.side):
            for circumstance in play.qualifiers:
                sums[who, f"{circumstance} tried"] += tried
                if play.made:
                    sums[who, f"{circumstance} made"] += tried
                    sums[who, circumstance] += POINTS[play.action]
    return sums


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _clock(tenths: int) -> str:
    seconds = tenths // 10
    return f"PT{seconds // 60:02d}M{seconds % 60:02d}.{tenths % 10}0S"


def _shooting(athletes: list[Athlete]) -> Json:
    twos_made, twos = sum(a.twos_made for a in athletes), sum(a.twos_tried for a in athletes)
    threes_made, threes = sum(a.threes_made for a in athletes), sum(a.threes_tried for a in athletes)
    free_made, free = sum(a.free_throws_made for a in athletes), sum(a.free_throws_tried for a in athletes)
    return {
        "fieldGoalsAttempted": twos + threes,
        "fieldGoalsMade": twos_made + threes_made,
        "fieldGoalsPercentage": _share(twos_made + threes_made, twos + threes),
        "freeThrowsAttempted": free,
        "freeThrowsMade": free_made,
        "freeThrowsPercentage": _share(free_made, free),
        "threePointersAttempted": threes,
        "threePointersMade": threes_made,
        "threePointersPercentage": _share(threes_made, threes),
        "twoPointersAttempted": twos,
        "twoPointersMade": twos_made,
        "twoPointersPercentage": _share(twos_made, twos),
    }


def _player_statistics(athlete: Athlete, sums: Counter[tuple[int | Side, str]]) -> Json:
    who = athlete.person_id
    return {
        "assists": athlete.assists,
        "blocks": athlete.blocks,
        "blocksReceived": athlete.blocked,
        **_shooting([athlete]),
        "foulsOffensive": athlete.offensive_fouls,
        "foulsDrawn": athlete.fouls_drawn,
        "foulsPersonal": athlete.fouls,
        "foulsTechnical": athlete.technicals,
        "minus": float(athlete.minus),
        "minutes": _clock(athlete.played),
        "minutesCalculated": f"PT{round(athlete.played / 600):02d}M",
        "plus": float(athlete.plus),
        "plusMinusPoints": float(athlete.plus - athlete.minus),
        "points": athlete.points,
        "pointsFastBreak": sums[who, "fastbreak"],
        "pointsInThePaint": sums[who, "pointsinthepaint"],
        "pointsSecondChance": sums[who, "2ndchance"],
        "reboundsDefensive": athlete.defensive,
        "reboundsOffensive": athlete.offensive,
        "reboundsTotal": athlete.rebounds,
        "steals": athlete.steals,
        "turnovers": athlete.turnovers,
    }


def _team_statistics(game: SimulatedGame, place: int, whole: Course) -> Json:
    squad, opponent = game.squads[place], game.squads[1 - place]
    athletes = squad.athletes
    side: Side = squad.side
    sums = _sums(game.plays)
    run = whole.biggest_run(side)
    lead_home, lead_away = whole.biggest_lead_scores[place]
    shooting = _shooting(athletes)
    tried = sum(a.twos_tried + a.threes_tried for a in athletes)
    made = sum(a.twos_made + a.threes_made for a in athletes)
    threes = sum(a.threes_made for a in athletes)
    true_attempts = tried + 0.44 * sum(a.free_throws_tried for a in athletes)
    assists, turnovers = sum(a.assists for a in athletes), sum(a.turnovers for a in athletes)
    offensive, defensive = sum(a.offensive for a in athletes), sum(a.defensive for a in athletes)
    length = _length(game) * ON_COURT
    return {
        "assists": assists,
        "assistsTurnoverRatio": _share(assists, turnovers),
        "benchPoints": sum(a.points for a in athletes if not a.player.starter),
        "biggestLead": whole.biggest_leads[place],
        "biggestLeadScore": f"{lead_away}-{lead_home}",
        "biggestScoringRun": run.points,
        "biggestScoringRunScore": f"{run.score_away}-{run.score_home}",
        "blocks": sum(a.blocks for a in athletes),
        "blocksReceived": sum(a.blocked for a in athletes),
        **_circumstance(sums, side, "fastbreak", "fastBreakPoints"),
        **shooting,
        "fieldGoalsEffectiveAdjusted": (made + 0.5 * threes) / tried if tried else 0.0,
        "foulsOffensive": sum(a.offensive_fouls for a in athletes),
        "foulsDrawn": sum(a.fouls_drawn for a in athletes),
        "foulsPersonal": sum(a.fouls for a in athletes),
        "foulsTeam": squad.team_fouls,
        "foulsTechnical": sum(a.technicals for a in athletes),
        "foulsTeamTechnical": 0,
        "leadChanges": whole.lead_changes,
        "minutes": f"PT{length // 600}M00.00S",
        "minutesCalculated": f"PT{length // 600}M",
        "points": squad.score,
        "pointsAgainst": opponent.score,
        "pointsFastBreak": sums[side, "fastbreak"],
        "pointsFromTurnovers": sums[side, "fromturnover"],
        "pointsInThePaint": sums[side, "pointsinthepaint"],
        **_circumstance(sums, side, "pointsinthepaint", "pointsInThePaint"),
        "pointsSecondChance": sums[side, "2ndchance"],
        "reboundsDefensive": defensive,
        "reboundsOffensive": offensive,
        "reboundsPersonal": offensive + defensive,
        "reboundsTeam": squad.team_offensive + squad.team_defensive,
        "reboundsTeamDefensive": squad.team_defensive,
        "reboundsTeamOffensive": squad.team_offensive,
        "reboundsTotal": offensive + defensive + squad.team_offensive + squad.team_defensive,
        **_circumstance(sums, side, "2ndchance", "secondChancePoints"),
        "steals": sum(a.steals for a in athletes),
        "teamFieldGoalAttempts": 0,
        "timeLeading": _clock(whole.leading_tenths[place]),
        "timesTied": whole.ties,
        "trueShootingAttempts": true_attempts,
        "trueShootingPercentage": squad.score / (2 * true_attempts) if true_attempts else 0.0,
        "turnovers": turnovers,
        "turnoversTeam": squad.team_turnovers,
        "turnoversTotal": turnovers + squad.team_turnovers,
    }


def _circumstance(
    sums: Counter[tuple[int | Side, str]], side: Side, circumstance: str, name: str
) -> dict[str, object]:
    made, tried = sums[side, f"{circumstance} made"], sums[side, f"{circumstance} tried"]
    return {f"{name}Attempted": tried, f"{name}Made": made, f"{name}Percentage": _share(made, tried)}
