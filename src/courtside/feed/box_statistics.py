"""The `statistics` of players and teams in a box score, counted from the plays."""

from collections.abc import Mapping

import msgspec

from courtside.events import Side
from courtside.feed.line import feed_clock
from courtside.feed.recording import Team
from courtside.feed.tally import Tallier, Tally
from courtside.game.players import PlayerState

Json = dict[str, object]


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


_NOBODY = PlayerState(0, None, "home")


def player_statistics(state: PlayerState | None, counts: Mapping[str, int], elapsed: int) -> Json:
    """One player's `statistics`; zeros for one who has not played."""
    player = state or _NOBODY
    tenths = player.played(elapsed)
    plus, minus = counts.get("plus", 0), counts.get("minus", 0)
    return {
        "assists": player.assists,
        "blocks": player.blocks,
        "blocksReceived": counts.get("blocksReceived", 0),
        **_shooting("fieldGoals", player.field_goals_made, player.field_goals_attempted),
        "foulsOffensive": counts.get("foulsOffensive", 0),
        "foulsDrawn": counts.get("foulsDrawn", 0),
        "foulsPersonal": player.fouls,
        "foulsTechnical": counts.get("foulsTechnical", 0),
        **_shooting("freeThrows", player.free_throws_made, player.free_throws_attempted),
        "minus": float(minus),
        "minutes": duration(tenths),
        "minutesCalculated": f"PT{(tenths + 300) // 600:02d}M",
        "plus": float(plus),
        "plusMinusPoints": float(plus - minus),
        "points": player.points,
        "pointsFastBreak": counts.get("pointsFastBreak", 0),
        "pointsInThePaint": counts.get("pointsInThePaint", 0),
        "pointsSecondChance": counts.get("pointsSecondChance", 0),
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


_ALIKE = tuple(name for name in _Sums.__struct_fields__ if name not in ("bench_points", "tenths"))
"""What a player has under the same name."""


def _sum(players: Mapping[int, PlayerState], side: Side, elapsed: int) -> _Sums:
    sums = _Sums()
    for player in players.values():
        if player.side != side:
            continue
        for name in _ALIKE:
            setattr(sums, name, getattr(sums, name) + getattr(player, name))
        sums.bench_points += 0 if player.starter else player.points
        sums.tenths += player.played(elapsed)
    return sums


def team_statistics(tally: Tally, team: Team, tallier: Tallier) -> Json:
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
        "foulsTeam": sums.fouls - count("foulsOffensive") - count("foulsDouble"),
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
