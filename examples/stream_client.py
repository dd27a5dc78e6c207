"""Reads the stream: lead changes and halftime forecasts of every game, across lost connections.

python examples/stream_client.py [ws://localhost:8765]
"""

import sys

from courtside.client import StreamClient
from courtside.messages import LeadChange, MlPrediction

url = sys.argv[1] if len(sys.argv) > 1 else "ws://localhost:8765"

with StreamClient(url) as client:
    for message in client:
        game = client.games[message.game_id]
        teams = f"{game.away_team} at {game.home_team}"
        match message.data:
            case LeadChange(team=team, score_home=home, score_away=away):
                print(f"{teams}: {team} takes the lead, {away}-{home}", flush=True)
            case MlPrediction(point_forecast=point, interval_lower=low, interval_upper=high):
                print(f"{teams}: {point:+g} for home at halftime, {low:+g} to {high:+g}", flush=True)
