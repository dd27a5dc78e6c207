"""Draws a game from the Kafka topic as it goes on, with nothing but confluent-kafka and Matplotlib.

python examples/momentum_chart.py [127.0.0.1:9092] [game.png] [game_id, else the first one]
"""

import json
import sys
from typing import Any

from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition
from matplotlib.figure import Figure

TOPIC = "nba_momentum"
broker, path, wanted = [*sys.argv[1:], *("127.0.0.1:9092", "game.png", "")[len(sys.argv) - 1 :]]
epoch = ""
entries: dict[str, dict[str, Any]] = {}  # what scored, by the name of the entry
revisions: dict[str, int] = {}


def draw(newest: dict[str, Any]) -> None:
    figure = Figure()
    axes = figure.subplots()
    scored = sorted(entries.values(), key=lambda entry: entry["order"])
    minutes = [entry["elapsed_seconds"] / 60 for entry in scored]
    for side in ("home", "away"):
        scores = [entry[f"score_{side}"] for entry in scored]
        axes.step([0, *minutes], [0, *scores], where="post", label=newest[f"{side}_team"])
    for entry in scored:
        if entry["lead_change"]:
            axes.plot(entry["elapsed_seconds"] / 60, max(entry["score_home"], entry["score_away"]), "kD")
    now, simulated = newest["standing"], newest["source"] == "simulated"
    axes.set_title(f"{'SIMULATED ' if simulated else ''}{now['score_away']} - {now['score_home']}")
    axes.legend()
    figure.savefig(path)


consumer = Consumer({"bootstrap.servers": broker, "group.id": "chart", "enable.auto.commit": False})
partitions = consumer.list_topics(TOPIC, timeout=10).topics[TOPIC].partitions
consumer.assign([TopicPartition(TOPIC, number, OFFSET_BEGINNING) for number in partitions])
event: dict[str, Any] = {"status": None}
while event["status"] != "final":
    message = consumer.poll(0.5)
    if message is None and entries:
        draw(event)
    record = json.loads((message.value() if message else None) or b"{}")
    if message is None or message.error() or record["game_id"] != (wanted or record["game_id"]):
        continue
    event, wanted = record, record["game_id"]
    if event["epoch"] != epoch:  # the game is told anew
        epoch, entries, revisions = event["epoch"], {}, {}
    if event["revision"] <= revisions.get(event["entry"], -1):
        continue  # known already
    revisions[event["entry"]] = event["revision"]
    if event["kind"] == "retracted":
        entries.pop(event["entry"], None)
    elif event["kind"] != "status":
        entries[event["entry"]] = event
draw(event)
consumer.close()
