import subprocess
import sys
from pathlib import Path

import pytest

from courtside.bus.settings import BusSettings
from courtside.config import OTHER_VARIABLES, Settings, describe_settings, load_settings
from courtside.engine import EngineSettings
from courtside.errors import BadConfig
from courtside.serve.settings import ServeSettings, StreamSettings
from courtside.settings import ABOUT
from courtside.sources.nba_settings import NbaSettings

REPOSITORY = Path(__file__).parents[2]


def write(folder: Path, text: str) -> Path:
    path = folder / "courtside.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(flags: dict[str, object], environ: dict[str, str] | None = None, toml: Path | None = None) -> str:
    with pytest.raises(BadConfig) as raised:
        load_settings(flags, environ or {}, toml)
    text = str(raised.value)
    assert "\n" not in text
    return text


def test_without_anything_the_defaults_hold() -> None:
    settings = load_settings({}, {"PATH": "/bin"})

    assert settings == Settings()
    assert (settings.source, settings.http_port, settings.ws_port) == ("auto", 8080, 8765)
    assert settings.host == "127.0.0.1"
    assert settings.database_url == "sqlite:///data/courtside.db"


def test_a_flag_wins_over_the_environment_over_the_file(tmp_path: Path) -> None:
    toml = write(tmp_path, "http_port = 1\nws_port = 2\nseed = 3\npoll_seconds = 4")
    environ = {"COURTSIDE_WS_PORT": "20", "COURTSIDE_SEED": "30"}

    settings = load_settings({"seed": 300, "games": None}, environ, toml)

    assert (settings.http_port, settings.ws_port, settings.seed) == (1, 20, 300)
    assert settings.poll_seconds == 4.0
    assert settings.games is None


def test_the_environment_names_the_file_and_an_empty_variable_is_not_given(tmp_path: Path) -> None:
    environ = {
        "COURTSIDE_CONFIG": str(write(tmp_path, "seed = 3")),
        "COURTSIDE_DATA": "elsewhere",
        "COURTSIDE_HTTP_PORT": "",
    }

    assert load_settings({}, environ) == Settings(seed=3)


def test_tables_of_a_file_are_beginnings_of_names(tmp_path: Path) -> None:
    toml = write(
        tmp_path, '[nba]\nurl = "http://127.0.0.1:8090"\nbackoff = { cap_polls = 12 }\n[log]\nlevel = "debug"'
    )

    settings = load_settings({}, {}, toml)

    assert settings.nba_url == "http://127.0.0.1:8090"
    assert settings.nba_backoff_cap_polls == 12.0
    assert settings.log_level == "debug"


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("http_port", "0", 0),
        ("speed", "400", 400.0),
        ("speed", "max", None),
        ("games", "none", None),
        ("games", "40", 40),
        ("log_dir", "none", None),
        ("log_dir", "~/logs", Path.home() / "logs"),
        ("recordings", "games", Path("games")),
        ("api_keys", "one, two,", ("one", "two")),
        (
            "allowed_origins",
            "https://a.example,http://b.example:81",
            ("https://a.example", "http://b.example:81"),
        ),
        ("nba_answer_seconds", "2.5", 2.5),
        ("database", "sqlite:////var/lib/courtside.db", "sqlite:////var/lib/courtside.db"),
        ("source", "push", "push"),
        ("bus", "rediss://:secret@10.0.0.1:6380/2", "rediss://:secret@10.0.0.1:6380/2"),
        ("bus", "kafka://one:9092,two:9092", "kafka://one:9092,two:9092"),
    ],
)
def test_text_becomes_the_type_of_its_setting(name: str, text: str, value: object) -> None:
    assert getattr(load_settings({}, {f"COURTSIDE_{name.upper()}": text}), name) == value
    assert getattr(load_settings({name: text}, {}), name) == value
    assert getattr(load_settings({name: value}, {}), name) == (
        getattr(Settings(), name) if value is None else value
    )


@pytest.mark.parametrize(
    ("name", "text", "allowed"),
    [
        ("http_port", "eighty", "a whole number from 0 to 65535"),
        ("http_port", "99999", "a whole number from 0 to 65535"),
        ("http_port", "80.5", "a whole number from 0 to 65535"),
        ("source", "nbaa", "auto, nba, replay, simulate or push"),
        ("speed", "0", "a number above 0 and up to 1,000,000, or max"),
        ("speed", "nan", "a number above 0 and up to 1,000,000, or max"),
        ("poll_seconds", "-1", "a number above 0"),
        ("poll_seconds", "inf", "a number that ends"),
        ("games", "0", "a whole number from 1 up, or none"),
        ("nba_jitter", "1", "a number from 0 and below 1"),
        ("bus", "kafka:localhost", "or kafka://host:port"),
        ("bus", "carrier-pigeon", "it must be memory, redis://host:port"),
        ("bus_prefix", "two words", "letters, digits, - and _"),
        ("database", "mysql://h/d", "or postgresql://"),
        ("database", "sqlite:///", "or postgresql://"),
        ("nba_url", "cdn.nba.com", "an HTTP address"),
        ("allowed_origins", "board.example", "origins as a browser sends them"),
        ("allowed_origins", "https://board.example/page", "origins as a browser sends them"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_what_is_allowed(name: str, text: str, allowed: str) -> None:
    refused = refusal({}, {f"COURTSIDE_{name.upper()}": text})

    assert refused.startswith(f"COURTSIDE_{name.upper()} is {text!r}; it must be ")
    assert allowed in refused
    assert refusal({name: text}).startswith(f"--{name.replace('_', '-')} is {text!r}")


def test_a_wrong_value_in_a_file_names_the_file(tmp_path: Path) -> None:
    toml = write(tmp_path, "http_port = [1]")

    assert refusal({}, {}, toml) == f"http_port in {toml} is [1]; it must be a whole number from 0 to 65535"
    assert "is ''; it must be an address" in refusal({}, {}, write(tmp_path, 'host = ""'))
    assert "is 1; it must be a path" in refusal({}, {}, write(tmp_path, "data_dir = 1"))


def test_what_is_unknown_is_refused_with_the_nearest_known(tmp_path: Path) -> None:
    assert refusal({"htp_port": 1}) == "unknown option --htp-port; did you mean --http-port?"
    assert refusal({}, {"COURTSIDE_HTP_PORT": "1"}) == (
        "unknown variable COURTSIDE_HTP_PORT; did you mean COURTSIDE_HTTP_PORT?"
    )
    toml = write(tmp_path, "[nba]\njiter = 0.2")
    assert refusal({}, {}, toml) == f"unknown key in {toml} nba_jiter; did you mean nba_jitter?"


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    assert "cannot be read (No such file" in refusal({}, {}, tmp_path / "missing.toml")
    assert "is not TOML" in refusal({}, {}, write(tmp_path, "http_port: 1"))


def test_settings_that_contradict_each_other_are_refused() -> None:
    assert "give --recordings DIR" in refusal({"source": "replay"})
    assert "cannot share a port" in refusal({"http_port": 9000, "ws_port": 9000})
    assert "below run_threshold 8" in refusal({"alert_threshold": 7})
    assert load_settings({"http_port": 0, "ws_port": 0}, {}).ws_port == 0


def test_secrets_are_masked_wherever_settings_are_shown() -> None:
    settings = load_settings(
        {},
        {"COURTSIDE_API_KEYS": "sesame,opensesame", "COURTSIDE_DATABASE": "postgresql://ann:sesame@db/games"},
    )

    for text in (repr(settings), str(settings), str(settings.shown()), f"{settings}"):
        assert "sesame" not in text
        assert "postgresql://ann:****@db/games" in text
    assert settings.api_keys == ("sesame", "opensesame")
    assert "sesame" not in refusal({"database": "mysql://ann:sesame@db/games"})
    assert "sesame" not in refusal({"bus": "amqp://ann:sesame@broker"})
    assert "sesame" not in repr(load_settings({"bus": "redis://:sesame@broker"}, {}))
    assert "sesame" not in refusal({"api_keys": {"sesame": 1}})


def test_parts_of_the_program_get_their_settings_under_their_own_names() -> None:
    settings = load_settings(
        {"nba_url": "http://127.0.0.1:1", "poll_seconds": 0.2, "nba_backlog": 7, "backlog_messages": 8}, {}
    )

    nba, stream = settings.part(NbaSettings, "nba_"), settings.part(StreamSettings)

    assert (nba.url, nba.poll_seconds, nba.backlog) == ("http://127.0.0.1:1", 0.2, 7)
    assert stream.backlog_messages == 8


@pytest.mark.parametrize(
    ("kind", "prefix", "elsewhere"),
    [
        (NbaSettings, "nba_", set[str]()),
        (StreamSettings, "", set[str]()),
        (ServeSettings, "", {"stream"}),
        (EngineSettings, "", set[str]()),
        (BusSettings, "bus_", set[str]()),
    ],
)
def test_every_setting_of_a_part_can_be_set_and_has_the_same_default(
    kind: type[NbaSettings | StreamSettings | ServeSettings | EngineSettings | BusSettings],
    prefix: str,
    elsewhere: set[str],
) -> None:
    names = {name: prefix + name if prefix + name in ABOUT else name for name in kind.__struct_fields__}

    assert {name for name, setting in names.items() if setting not in ABOUT} == elsewhere
    assert Settings().part(kind, prefix) == kind()


def test_every_setting_is_described_once_and_completely() -> None:
    described = describe_settings()

    assert [info.name for info in described] == list(Settings.__struct_fields__)
    for info in described:
        assert info.env == f"COURTSIDE_{info.name.upper()}"
        assert info.env not in OTHER_VARIABLES
        assert info.help and info.group and info.kind and info.allowed
        assert not info.help.endswith(".")
        assert info.flag in (None, "--" + info.name.replace("_", "-"))
    assert [info.name for info in described if info.secret] == ["api_keys"]
    [source] = [info for info in described if info.name == "source"]
    assert source.choices == ("auto", "nba", "replay", "simulate", "push")


def test_a_default_can_be_written_as_it_is_shown() -> None:
    shown = {info.name: info.default for info in describe_settings()}

    assert load_settings(shown, {}) == Settings()


def test_the_page_on_configuration_is_up_to_date() -> None:
    tool = REPOSITORY / "tools" / "configuration_docs.py"

    done = subprocess.run([sys.executable, str(tool), "--check"], check=False)

    assert done.returncode == 0, "run: python tools/configuration_docs.py"
