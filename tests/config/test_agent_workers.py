"""AGENT_WORKERS: where the workers answer, and that their credentials show nowhere."""

import pickle

import pytest

from app.about.configuration import groups
from app.config.agents import WorkerAddress
from app.config.settings import Settings, load_settings
from tests.config.test_refused import clear, refusal

WRONG = [
    "agent:8081",
    "ftp://agent:8081",
    "http://",
    "http://agent:hidden",
    "http://agent:0",
    "http://[hidden",
    "http://agent:8081/?hidden=1",
    "http://agent:8081/?metrics=65536",
    "http://agent:8081/?metrics=",
    "http://agent:8081/?metrics=1&metrics=2",
    "http://agent:8081/#hidden",
    "http://agent 8081",
    "http://user:hid@den@agent:8081",
    "http://us%3Aer:hidden@agent:8081",
    "http://agent:8081,http://user:hidden@AGENT:8081/",
    "http://agent:8081/<hidden>",
    ",".join(f"http://hidden-{n}:8081" for n in range(65)),
]
SECRETS = ("ops@team", "h1dden:pass,word", "h1dden", "ops%40team")


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of a dashboard with three workers."""
    workers = (
        "https://ops%40team:h1dden%3Apass%2Cword@Agents.example.com/voice/?metrics=9464,"
        "http://[::1]:8081?metrics=9100, http://10.0.0.7:8081"
    )
    monkeypatch.setenv("AGENT_WORKERS", workers)
    return load_settings(
        _env_file=None,
        livekit_url="ws://127.0.0.1:7880",
        livekit_api_key="key",
        livekit_api_secret="secret",
        admin_password="password",
    )


def test_credentials_are_apart_from_the_address(settings: Settings) -> None:
    first, second, third = settings.agent_workers
    assert first.url == "https://agents.example.com/voice"
    assert (first.user, first.password.get_secret_value()) == ("ops@team", "h1dden:pass,word")
    assert (second.user, second.password.get_secret_value()) == ("", "")
    assert [each.name for each in settings.agent_workers] == [
        "agents.example.com/voice",
        "[::1]:8081",
        "10.0.0.7:8081",
    ]
    assert [each.metrics_url for each in settings.agent_workers] == [
        "https://agents.example.com:9464/metrics",
        "http://[::1]:9100/metrics",
        None,
    ]
    assert third == WorkerAddress("http://10.0.0.7:8081")


def test_they_show_nowhere(settings: Settings) -> None:
    (line,) = (x for x in groups(settings)["Features"] if x.name == "AGENT_WORKERS")
    assert line.value == (
        "https://agents.example.com/voice?metrics=9464, http://[::1]:8081?metrics=9100, "
        "http://10.0.0.7:8081"
    )
    assert line.report == "(set)"
    for secret in SECRETS:
        assert secret not in repr(settings.agent_workers[0].url)
        assert secret not in line.value
    for secret in ("h1dden:pass,word", "h1dden"):
        assert secret not in repr(settings)


def test_they_reach_the_other_processes(settings: Settings) -> None:
    first, *_ = pickle.loads(pickle.dumps(settings)).agent_workers  # noqa: S301
    assert first.password.get_secret_value() == "h1dden:pass,word"


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_one_is_named_and_never_shown(given: pytest.MonkeyPatch, text: str) -> None:
    given.setenv("AGENT_WORKERS", text)
    (line,) = refusal()
    assert clear(line, "AGENT_WORKERS"), line
