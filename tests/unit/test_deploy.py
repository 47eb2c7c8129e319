"""The samples to serve the app: their commands exist, their ports are closed, they agree."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from observatory.cli.commands import app
from observatory.errors import ChoiceError

#: What a service says of itself, in its environment.
GIVEN = {"TERRITORY": "commune:92078", "AROUND": "3"}
PROJECT = Path(__file__).parents[2]
DEPLOY = PROJECT / "deploy"
UPDATE = PROJECT / "docs" / "how-to" / "update.md"


def _text(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def _commands() -> list[list[str]]:
    """Return every command of ours that a sample runs."""
    units = "".join(map(_text, ("observatoire@.service", "observatoire-update.service")))
    unit = re.findall(r"^ExecStart=\S*/(observatory .*)$", units, re.M)
    image = re.findall(r"^CMD (\[.*\])$", _text("Containerfile"), re.M)
    services = yaml.safe_load(_text("compose.yaml"))["services"].values()
    shells = " ".join(part for one in services for part in one.get("command", []))
    loops = re.findall(r"observatory [^;&]*", shells)
    lines = [
        re.sub(r'"?\$+\{?(TERRITORY|AROUND)\}?"?', lambda found: GIVEN[found[1]], line).replace(
            "%i", "8501"
        )
        for line in unit + loops
    ]
    found = [json.loads(line) for line in image] + [shlex.split(line) for line in lines]
    return [*found, *_of_the_page()]


def _of_the_page() -> Iterator[list[str]]:
    """Give the commands of the samples for cron and for a forge, which stand in a page."""
    page = UPDATE.read_text(encoding="utf-8")
    (cron,) = re.findall(r"^```\n(.*)\n```$", page, re.M)
    yield shlex.split("observatory " + cron.partition("/observatory ")[2].partition(">>")[0])
    (forge,) = re.findall(r"^```yaml\n(.*?)^```$", page, re.M | re.S)
    steps = yaml.safe_load(forge)["jobs"]["update"]["steps"]
    for line in (step.get("run", "") for step in steps):
        if line.startswith("observatory "):
            yield shlex.split(line.partition(">")[0])


@pytest.mark.parametrize("command", _commands(), ids=" ".join)
def test_the_commands_and_their_options_exist(command: list[str]) -> None:
    assert command[0] == "observatory"
    # Options are read before help is given: an unknown one is refused.
    assert CliRunner().invoke(app, [*command[1:], "--help"]).exit_code == 0
    assert CliRunner().invoke(app, [*command[1:], "--no-such", "--help"]).exit_code == 2


def test_every_sample_runs_a_command() -> None:
    assert len(_commands()) == 6


def test_no_territory_stands_for_the_one_that_a_service_was_not_given(tmp_path: Path) -> None:
    unit = re.findall(r"^Environment=TERRITORY=(\S*)", _text("observatoire-update.service"), re.M)
    box = yaml.safe_load(_text("compose.yaml"))["services"]["update"]["environment"]["TERRITORY"]
    assert (unit, box) == ([""], "${TERRITORY:-}")
    files = str(tmp_path / "sources")
    done = CliRunner().invoke(app, ["update", "--territory", "", "--to", files])
    assert isinstance(done.exception, ChoiceError)
    assert "the SIREN of an EPT or EPCI" in done.exception.expected
    assert not Path(files).exists()


def test_the_containers_ports_are_this_machines_own() -> None:
    services = yaml.safe_load(_text("compose.yaml"))["services"]
    ports = [port for one in services.values() for port in one.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_both_proxies_say_the_same_headers() -> None:
    nginx = dict(
        re.findall(r'add_header (\S+) "?([^";][^"]*?)"?(?: always)?;$', _text("nginx.conf"), re.M)
    )
    caddy = dict(re.findall(r'^\t\t([A-Z]\S+) "?([^"\n]+)"?$', _text("Caddyfile"), re.M))
    del nginx["Set-Cookie"]  # Caddy's own policy gives its cookie
    for policy, framed in ((nginx, "$framed_by"), (caddy, "{vars.framed_by}")):
        policy["Content-Security-Policy"] = policy["Content-Security-Policy"].replace(framed, "")
    assert nginx == caddy
    assert len(nginx) == 5


def test_make_serves_on_the_port_that_is_asked_for() -> None:
    line = ["make", "--no-print-directory", "--dry-run", "run", "PORT=8600"]
    said = subprocess.run(line, cwd=PROJECT, capture_output=True, text=True)
    assert said.returncode == 0, said.stderr
    assert said.stdout.splitlines()[-1].endswith("/observatory app --port 8600")
