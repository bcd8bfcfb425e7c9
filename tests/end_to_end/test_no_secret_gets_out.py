"""Secrets of every kind, planted in every place that befell reads, are in nothing that befell writes or prints."""

import html
import io
import json
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import zstandard
from planted_secrets import PLANTED, Planted
from projects import DAY, INCIDENT, Done, Project

from pipeline.cli.main import run
from pipeline.redact import Redactor

PIECE, STRIDE = 16, 5  # a run of 20 characters of a secret is already too many
WORDS = ("ash", "birch", "cedar", "date", "elm", "fir", "ginkgo", "hazel", "iroko", "juniper")
LOTS = [PLANTED[start : start + 20] for start in range(0, len(PLANTED), 20)]


def clock(number: int) -> str:
    return f"{DAY}09:{30 + number // 60:02}:{number % 60:02}Z"


def step(number: int) -> str:
    """A step of its own for each secret, so that log lines are not counted as one."""
    return "step " + " ".join(WORDS[int(digit)] for digit in str(number))


def event(number: int, planted: Planted) -> dict[str, object]:
    return {
        "id": planted.text, "time": clock(number), "kind": "message", "title": f"{step(number)}: {planted.text}",
        "service": "checkout", "actor": planted.text, "labels": {"note": planted.text}, "extra": planted.text,
        "body": f"It said: {planted.text}", "url": f"https://wiki.example/?q={planted.text}",
    }  # fmt: skip


LINES = {
    "plain": lambda at, name, text: f"{at} ERROR {name} failed: {text}",
    "json": lambda at, name, text: json.dumps({"time": at, "level": "error", "msg": f"{name}: {text}", "arg": text}),
    "logfmt": lambda at, name, text: f'time={at} level=error msg="{name}" arg={json.dumps(text)}',
    "trace": lambda at, name, text: (
        f'{at} ERROR {name}\nTraceback (most recent call last):\n  File "{name}.py", line 3, in go\n'
        f"    connect({text!r})\nValueError: {text!r}"
    ),
    "cut": lambda at, name, text: f"{at} ERROR {name} {'wait ' * 792}{text}",  # a record is cut at 4,000 characters
}


def repository(folder: Path) -> None:
    """A deploy tag and a commit for each secret, which stands in both their messages."""
    subprocess.run(["git", "init", "-q", "-b", "main", folder], check=True)
    stream = io.StringIO()
    for number, planted in enumerate(PLANTED):
        who = f"Ada Planted <ada.planted@example.org> {1795512600 + number} +0000"
        text = f"{step(number)}: {planted.text}"
        data = f"data {len(text.encode())}\n{text}\n"
        stream.write(f"commit refs/heads/main\nmark :{number + 1}\ncommitter {who}\n{data}")
        stream.write(f"tag deploy/checkout/{number}\nfrom :{number + 1}\ntagger {who}\n{data}")
    done = subprocess.run(["git", "-C", folder, "fast-import", "--quiet"], input=stream.getvalue().encode())
    assert done.returncode == 0


@pytest.fixture(scope="module")
def planted_project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("planted"))
    every = "\n".join(planted.text for planted in PLANTED)
    title = f"Checkout fails {PLANTED[0].text} and {PLANTED[-2].text}"
    project.write("incidents.json", [{**INCIDENT, "title": title, "summary": every, "url": f"https://x/?{every}"}])
    project.write("events.jsonl", [event(number, planted) for number, planted in enumerate(PLANTED)])
    project.write("errors.csv", f"time,value\n{DAY}09:00:00Z,0\n{DAY}09:31:00Z,9\n")
    sources = []
    for form, line in LINES.items():
        for lot, secrets in enumerate(LOTS):
            numbered = enumerate(secrets, lot * len(LOTS[0]))
            lines = [line(clock(number), step(number), planted.text) for number, planted in numbered]
            project.write(f"logs/{form}-{lot}.log", "\n".join(lines))
            logs = [{"path": f"logs/{form}-{lot}.log", "service": "checkout"}]
            sources.append({"name": f"{form} {lot}", "logs": logs})
    series = [{"path": "errors.csv", "name": one.text, "query": one.text, "unit": one.text} for one in PLANTED]
    repository(project.folder / "repo")
    project.configure(
        {"name": "events", "events": "events.jsonl", "incidents": "incidents.json", "series": series},
        {"use": "git", "name": "deploys", "path": "repo", "deploys": [{"tags": "deploy/*"}]},
        *sources,
        incidents={"from": "events"},
    )
    assert project.run("draft", "--incident-id", "INC-7") == Done(0, "postmortems/INC-7.md\n", "")
    return project


def ways(secret: str) -> Iterator[str]:
    """A secret as it may have been written down on its way through the formats."""
    for text in (secret, " ".join(secret.split())):
        yield from (text, quote(text, safe=""), quote(text), html.escape(text), json.dumps(text)[1:-1])
        yield re.sub(r"([\\`*_\[\]|~$@])", r"\\\1", html.escape(text, quote=False))
        yield re.sub(r"([\\`*\[\]|~$@])", r"\\\1", text)


def pieces(secret: str) -> set[str]:
    """Enough pieces of a long secret that any run of 20 characters holds one."""
    return {secret[start : start + PIECE] for start in range(0, len(secret) - PIECE, STRIDE)}


def leaks(text: str) -> list[str]:
    """The kinds of the secrets of which a text shows something."""
    return [
        planted.kind
        for planted in PLANTED
        if any(way in text for way in ways(planted.secret)) or any(piece in text for piece in pieces(planted.secret))
    ]


def test_no_planted_secret_is_in_anything_that_befell_gives(planted_project: Project) -> None:
    """Also no piece of one: not in the state folder, and not where a long log record was cut in the middle of it."""
    project = planted_project
    again = ("--from-snapshot", ".befell/snapshots/INC-7.jsonl.gz")
    ran = {"html": project.run("draft", *again, "--format", "html", "--output", "-")}
    for form in ("json", "csv", "table"):
        ran[form] = project.run("timeline", *again, "--format", form)
    assert {name: (done.code, done.err) for name, done in ran.items()} == dict.fromkeys(ran, (0, ""))

    texts = {**{name: done.out for name, done in ran.items()}, **dict(project.kept())}
    found = {name: leaks(text) for name, text in texts.items()}
    assert found == {name: [] for name in texts}

    draft = texts["postmortems/INC-7.md"]
    for number in range(len(PLANTED)):  # what surrounded the secrets is there, or nothing would be proved
        assert draft.count(step(number)) >= 2, step(number)
    assert all(f"logs/{form}-0.log" in draft for form in LINES)


def test_the_draft_says_how_many_of_each_kind_were_redacted(planted_project: Project) -> None:
    draft = (planted_project.folder / "postmortems/INC-7.md").read_text()
    (account,) = re.findall(r"Redacted before anything was stored: (.+)\.\n", draft)
    counts = {kind: int(number.replace(",", "")) for number, kind in re.findall(r"([\d,]+) × ([a-z-]+)", account)}
    assert set(counts) >= {planted.kind for planted in PLANTED}
    assert all(count >= 5 for count in counts.values())


def test_no_planted_secret_is_in_an_error_of_the_configuration(project: Project) -> None:
    """As a wrong value, the name of an unknown key, an address with credentials, and beside a missing ${VAR}."""
    texts = [planted.text for planted in PLANTED]
    project.configure(
        *({"name": f"a{number}", "time_limit": text} for number, text in enumerate(texts)),
        *({"name": f"b{number}", text: 1, "kinds": {text: text}} for number, text in enumerate(texts)),
        *({"use": text} for text in texts),
        *({"use": "prometheus", "name": f"c{n}", "url": f"htp://{text}@x/", "timeout": text}
          for n, text in enumerate(texts)),
        *({"use": "git", "name": f"d{n}", "url": f"https://me:{text}@/", "token": "${NOT_SET}", "deploys": text}
          for n, text in enumerate(texts)),
        severities={f"word{number}": text for number, text in enumerate(texts)},
        window={"before": texts[0]},
        incidents={"from": texts[1]},
    )  # fmt: skip
    done = project.run("draft", "--incident-id", "INC-7")
    assert (done.code, done.out) == (2, "")
    assert len(done.err.splitlines()) > 6 * len(texts)
    assert leaks(done.err) == []


@pytest.mark.parametrize("line", ["token: [{}", "a: *{}", "a: {}: b: {}", "? {}\n- {}", "a: !{} b\na: 1\na: {}"])
def test_no_planted_secret_is_in_an_error_of_the_yaml(
    project: Project, line: str, capfd: pytest.CaptureFixture[str]
) -> None:
    for planted in PLANTED:
        path = project.write("befell.yaml", line.replace("{}", planted.text))
        assert run(["draft", "--incident-id", "INC-7", "--config", str(path)]) == 2
    assert leaks(capfd.readouterr().err) == []


def test_no_secret_of_the_configuration_is_in_what_befell_says(project: Project) -> None:
    """A secret without a shape is known by heart: an address that refuses, an id and a path that hold it."""
    secret = "correct-horse-battery"
    project.configure(
        {"name": "events", "events": "events.jsonl", "incidents": "incidents.json"},
        {"use": "prometheus", "name": "prod", "url": "http://127.0.0.1:1", "token": "${PROM_TOKEN}"},
        {"name": "web", "logs": [{"path": f"logs/{secret}.log"}]},
    )
    project.write("events.jsonl", [{"time": f"{DAY}09:31:00Z", "kind": "message", "title": f"it is {secret}"}])
    done = [
        project.run("draft", "--incident-id", incident_id, PROM_TOKEN=secret)
        for incident_id in ("INC-7", f"X {secret}")
    ]
    assert [one.code for one in done] == [3, 1]
    said = "".join(one.out + one.err for one in done) + "".join(text for _, text in project.kept())
    assert secret not in said and "‹configured-secret:1›" in said


def test_the_logs_of_the_example_hold_no_secret_and_none_is_seen_in_them(root: Path) -> None:
    """False redactions: none in 48,000 lines of plain, logfmt, JSON and access logs with ids, tokens of requests, …"""
    redactor, lines = Redactor(), 0
    for path in sorted((root / "examples/checkout/logs").glob("*.zst")):
        with zstandard.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                lines += 1
                assert redactor.text(line) == line
    assert lines > 48_000
    assert Counter(redactor.counts) == {}
