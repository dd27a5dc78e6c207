"""Your own scraper in twenty lines: reads a scoreboard page and pushes what it shows.

python examples/own_scraper.py PAGE [SERVER]        SERVER is http://localhost:8080 unless given
"""

import re
import sys
import time

import httpx

from courtside.client import ScraperAdapter

LINE = re.compile(r"Q(?P<quarter>\d+) (?P<clock>[\d:]+) NYK (?P<away>\d+) BOS (?P<home>\d+)(?P<over> FINAL)?")
LOOK_SECONDS = 1.0
page, server = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "http://localhost:8080"

with ScraperAdapter(server, spool="own_scraper.spool") as adapter:
    adapter.on_game_start({"game_id": "tonight-1", "home_team": "BOS", "away_team": "NYK"})
    before, over = "", False
    while not over:
        line = LINE.search(httpx.get(page).text)
        if line and line[0] != before:
            before, over = line[0], line["over"] is not None
            adapter.on_score_update(
                {
                    "game_id": "tonight-1",
                    "quarter": int(line["quarter"]),
                    "time_remaining": line["clock"],
                    "score_home": int(line["home"]),
                    "score_away": int(line["away"]),
                }
            )
        time.sleep(LOOK_SECONDS)
    adapter.on_game_end("tonight-1")
