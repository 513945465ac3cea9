"""The deployment files are valid; the tests have nothing that could run them."""

import os
import re
import subprocess
import sys
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from app.config.settings import Settings
from app.text.paths import LIVEKIT_HOOK
from dev.toolchain import caddy, hadolint
from tools.commands import ROOT

SERVICE = ROOT / "deploy" / "livekit-dashboard.service"
COMPOSE = ("compose.yaml", "compose.caddy.yaml")
# Variables of the compose files that are not settings of the dashboard.
OTHERS = {"NODE_IP", "DASHBOARD_DOMAIN", "LIVEKIT_DOMAIN", "DATABASE_PASSWORD"}


def succeeds(*command: str | Path, **environment: str) -> None:
    """Run a program and check that it succeeds."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_the_dockerfile() -> None:
    succeeds(hadolint(), "--failure-threshold", "info", "Dockerfile")


def test_the_image_includes_every_file_that_it_is_built_from() -> None:
    kept = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"
    }
    assert all((ROOT / name).exists() for name in kept)
    used = (ROOT / "Dockerfile").read_text()
    copied = re.findall(r"^COPY (?!--from)(.+) \./$", used, re.MULTILINE)
    assert {name for line in copied for name in line.split()} <= kept
    assert {"app", "tools", "README.md", "LICENSE"} <= kept  # for poetry's build


@pytest.mark.parametrize("name", COMPOSE)
def test_compose_files_match_the_schema(name: str, tmp_path: Path) -> None:
    # the schema's checker doesn't know Compose's merge tags
    plain = tmp_path / name
    plain.write_text(re.sub(r"!(override|reset)\b", "", (ROOT / name).read_text()))
    schema = ["--builtin-schema", "vendor.compose-spec"]
    succeeds(sys.executable, "-m", "check_jsonschema", *schema, plain)


def test_with_caddy_only_caddy_publishes_http() -> None:
    base, caddy_file = ((ROOT / name).read_text() for name in COMPOSE)
    taken_back = re.findall(r"^  (\w+):\n(?:    .*\n)*?    ports: !", caddy_file, re.MULTILINE)
    assert taken_back == ["dashboard", "livekit", "ingress"]
    published = set(re.findall(r'"(?:[\d.]+:)?(\d+):\d+(?:/\w+)?"', base))
    kept = set(re.findall(r'"(\d+):\d+(?:/\w+)?"', caddy_file))
    assert {"8000", "7880", "8085"} <= published
    assert kept == {"80", "443", "7881", "7882", "1935", "7885"}


def test_with_caddy_only_caddy_is_a_trusted_proxy() -> None:
    text = (ROOT / "compose.caddy.yaml").read_text()
    (address,) = re.findall(r"ipv4_address: (\S+)", text.replace(" }", ""))
    assert re.findall(r"TRUSTED_PROXIES: (.+)", text) == [address]
    (subnet,) = re.findall(r"subnet: (\S+)", text)
    assert ip_address(address) in ip_network(subnet)


def test_livekit_sends_its_webhooks_to_the_dashboard() -> None:
    text = (ROOT / "compose.yaml").read_text()
    livekit = text.partition("  livekit:\n")[2].partition("\n\n")[0]
    assert f'urls: ["http://dashboard:8000{LIVEKIT_HOOK}"]' in livekit
    assert "api_key: ${LIVEKIT_API_KEY}" in livekit


def test_the_dashboard_is_limited_everywhere() -> None:
    compose, unit = (ROOT / "compose.yaml").read_text(), SERVICE.read_text()
    dashboard = compose.partition("  dashboard:\n")[2].partition("\n\n")[0]
    assert "    mem_limit: 512m\n    pids_limit: 256\n" in dashboard
    assert {"MemoryMax=512M", "TasksMax=256", "LimitNOFILE=65536"} <= set(unit.splitlines())


def test_the_example_has_every_variable_that_compose_needs() -> None:
    text = "".join((ROOT / name).read_text() for name in COMPOSE)
    used = set(re.findall(r"\$\{(\w+)", text))
    listed = set(re.findall(r"^#?(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert set(re.findall(r"\$\{(\w+):\?", text)) <= listed <= used
    settings = {name.upper() for name in Settings.model_fields}
    assert used - OTHERS <= settings | {f"{name}_FILE" for name in settings}


def test_caddy() -> None:
    names = {"DASHBOARD_DOMAIN": "a.example", "LIVEKIT_DOMAIN": "b.example"}
    validate = ("validate", "--adapter", "caddyfile", "--config", "deploy/Caddyfile")
    succeeds(caddy(), *validate, **names)


def test_systemd_runs_what_is_installed() -> None:
    text = SERVICE.read_text()
    commands = re.findall(r"^ExecStart(?:Pre)?=(\S+) (.*)$", text, re.MULTILINE)
    assert [words for _, words in commands] == ["--version", "serve"]
    assert {Path(command).name for command, _ in commands} == {"livekit-dashboard"}
    assert all(re.match(r"(#|\[\w+\]$|\w+=|$)", line) for line in text.splitlines())
