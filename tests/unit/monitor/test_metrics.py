from prometheus_client.parser import text_string_to_metric_families

from courtside.monitor.metrics import METRICS, Metrics


def test_what_is_exposed_is_what_the_table_names() -> None:
    metrics = Metrics()
    families = {family.name: family for family in text_string_to_metric_families(metrics.text().decode())}
    assert {doc.name.removesuffix("_total") for doc in METRICS} == set(families)
    for doc in METRICS:
        family = families[doc.name.removesuffix("_total")]
        assert family.type == doc.kind
        assert family.documentation == doc.help
        assert doc.name.endswith("_total") == (doc.kind == "counter")


def test_two_servers_share_no_count() -> None:
    first, second = Metrics(), Metrics()
    first.poll("scoreboard", "ok", 0.1)
    assert first.value("courtside_polls_total", endpoint="scoreboard", outcome="ok") == 1
    assert first.value("courtside_poll_seconds_sum", endpoint="scoreboard") == 0.1
    assert second.value("courtside_polls_total", endpoint="scoreboard", outcome="ok") == 0


def test_running_totals_of_a_source_are_taken_over_and_survive_its_restart() -> None:
    metrics = Metrics()
    for totals in ({"truncated": 2}, {"truncated": 5, "html": 1}, {"truncated": 1}, {"truncated": 3}):
        metrics.faults(totals)
    assert metrics.value("courtside_faults_total", kind="truncated") == 7
    assert metrics.value("courtside_faults_total", kind="html") == 1


def test_games_that_left_a_status_are_no_longer_counted_there() -> None:
    metrics = Metrics()
    metrics.games({"live": 3, "scheduled": 1})
    metrics.games({"live": 4})
    assert metrics.value("courtside_games", status="live") == 4
    assert b'status="scheduled"' not in metrics.text()
