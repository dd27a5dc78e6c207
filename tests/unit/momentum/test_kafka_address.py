import pytest

from courtside.errors import BadConfig
from courtside.momentum.kafka import connection


def test_hosts_login_and_options_of_an_address_are_what_the_library_is_told() -> None:
    config = connection("kafka://ann:p%40ss@one,two:19092?security_protocol=SASL_SSL&ssl_ca_location=/ca.pem")
    assert config["bootstrap.servers"] == "one:9092,two:19092"
    assert (config["sasl.username"], config["sasl.password"]) == ("ann", "p@ss")
    assert (config["security.protocol"], config["sasl.mechanism"]) == ("SASL_SSL", "PLAIN")
    assert config["ssl.ca.location"] == "/ca.pem"


def test_without_a_login_nothing_of_one_is_said() -> None:
    assert connection("kafka://127.0.0.1:9092").keys() == {"bootstrap.servers", "client.id"}


@pytest.mark.parametrize("url", ["redis://ann:secret@host", "kafka://", "kafka://ann:secret@host?wrong=1"])
def test_what_is_no_address_is_refused_without_showing_a_password(url: str) -> None:
    with pytest.raises(BadConfig) as refused:
        connection(url)
    assert "secret" not in str(refused.value)
