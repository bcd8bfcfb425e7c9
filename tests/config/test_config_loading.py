"""A right file becomes a Config; a wrong one is told all its mistakes, each with its line and its remedy."""

from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.config import Config, find, load
from pipeline.config.values import duration
from pipeline.errors import ConfigError, UsageError

RIGHT = """\
incidents: {from: pager}
connectors:
  - {use: desk, name: pager}
  - use: remote
    url: "https://${HOST}/api"
    token: ${file:secrets/token}
roles: {alice: database lead}
severities: {1: SEV-1}
window: {before: 2h, after: 90s}
state: kept
deadline: 10m
"""


def given(folder: Path, text: str, **environ: str) -> Config:
    (folder / "befell.yaml").write_text(text)
    return load(Path("befell.yaml"), environ)


def mistakes(folder: Path, text: str, **environ: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        given(folder, text, **environ)
    assert caught.value.exit_code == 2
    return str(caught.value).splitlines()


def test_a_right_file(folder: Path) -> None:
    (folder / "secrets").mkdir()
    (folder / "secrets/token").write_text("s3cr3t-token\n")
    config = given(folder, RIGHT, HOST="metrics.example.com")
    assert [source.name for source in config.connectors] == ["pager", "remote"]  # the kind is the name by default
    settings = config.connectors[1].settings
    assert settings.url == "https://metrics.example.com/api"
    assert settings.token.get_secret_value() == "s3cr3t-token"
    assert "s3cr3t" not in repr(config)
    assert config.incidents is not None and config.incidents.from_ == "pager"
    assert config.severities == {"1": "SEV-1"}
    assert (config.window.before, config.window.after) == (timedelta(hours=2), timedelta(seconds=90))
    assert config.deadline == timedelta(minutes=10)


def test_paths_are_relative_to_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "ops").mkdir()
    (folder / "ops/befell.yaml").write_text("connectors: [{use: desk}]\n")
    config = load(Path("ops/befell.yaml"), {})
    assert config.snapshots == folder.resolve() / "ops/.befell/snapshots"
    assert config.drafts == folder.resolve() / "ops/postmortems"
    assert config.base == folder.resolve() / "ops"


def test_only_the_kinds_in_use_are_imported(folder: Path, kinds: list[str]) -> None:
    given(folder, "connectors: [{use: desk}]")
    assert kinds == ["desk"]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(folder: Path) -> None:
    text = """\
incident: {from: pager}
connectors:
  - use: remote
    uri: https://metrics.example.com
  - {use: remoet, name: b}
  - use: remote
    name: c
    url: https://metrics.example.com
    parts:
      - {path: a.log}
      - path: b.log
        lvel: 3
        level: deep
window: {before: soon}
log_engine: {use: spark}
severities: {urgent: SEV-9}
"""
    assert mistakes(folder, text) == [
        'befell.yaml:1: incident: unknown key. Did you mean "incidents"?',
        "befell.yaml:3: connectors[0].url: missing. "
        'Add the server\'s address, such as "url: https://metrics.example.com".',
        'befell.yaml:4: connectors[0].uri: unknown key. Did you mean "url"?',
        'befell.yaml:5: connectors[1].use: no such kind of connector. Did you mean "remote"?',
        'befell.yaml:12: connectors[2].parts[1].lvel: unknown key. Did you mean "level"?',
        "befell.yaml:13: connectors[2].parts[1].level: should be a valid integer, unable to parse string as an "
        'integer. Give how deep to look, such as "level: 2".',
        "befell.yaml:14: window.before: is no duration: write a whole number and s, m, h or d, such as 90s, 10m, "
        "2h, 1d.",
        "befell.yaml:15: log_engine.use: should be 'local' or 'dask'. Give who reads large log files: this machine, or "
        'a Dask cluster, such as "use: local".',
        "befell.yaml:16: severities.urgent: should be 'SEV-1', 'SEV-2', 'SEV-3' or 'SEV-4'. Give severity by the word "
        "of the incident source.",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "befell.yaml:1: the file: should be a mapping of keys. See config.example.yaml."),
        ("- use: desk", "befell.yaml:1: the file: should be a mapping of keys. See config.example.yaml."),
        ("roles: {}", "befell.yaml:1: connectors: missing. Add the list of sources."),
        ("connectors: []", "befell.yaml:1: connectors: is empty. Give the list of sources"),
        ("connectors:\n- {name: x}", 'befell.yaml:2: connectors[0]: has no kind. Add "use: KIND"; the kinds here are'),
        ("connectors:\n- {use: [a]}", "befell.yaml:2: connectors[0].use: no such kind of connector. Valid here:"),
        ("connectors:\n- {use: broken}", "befell.yaml:2: connectors[0]: this connector needs nowhere. Install it"),
        ("connectors:\n- {use: desk}\n- use: desk", "befell.yaml:3: connectors[1].name: this name is taken"),
        ("connectors: [{use: desk, name: ''}]", "befell.yaml:1: connectors[0].name: is empty."),
        ("connectors: [{use: desk}]\nroles: {a: b}\nroles: {}", 'befell.yaml:3: found duplicate key "roles".'),
        ("connectors: [{use: desk}\nroles: {}", "befell.yaml:2: expected ',' or ']', but got '<scalar>'."),
        (
            "incidents: {from: pagr}\nconnectors: [{use: desk, name: pager}]",
            'befell.yaml:1: incidents.from: no connector has this name. Did you mean "pager"?',
        ),
        (
            "incidents: {from: remote}\nconnectors: [{use: desk}, {use: remote, url: 'http://a'}]",
            "befell.yaml:1: incidents.from: this connector knows no incidents. Those that do: desk.",
        ),
        (
            "connectors: [{use: desk}]\nredaction:\n  rules:\n  - {name: x, pattern: '(ORD'}",
            "befell.yaml:4: redaction.rules[0].pattern: is no regular expression: missing ), unterminated subpattern "
            "at character 1.",
        ),
        (
            "connectors:\n- use: remote\n  url: http://a\n  login: {how: password}",  # the tag of the union is no key
            'befell.yaml:4: connectors[0].login.user: missing. Add user name, such as "user: befell".',
        ),
        ("connectors: [{use: desk}]\ndeadline: 0s", "befell.yaml:2: deadline: should be longer than 0s."),
        (
            "connectors: [{use: remote, url: '${HOST}'}]",
            "befell.yaml:1: connectors[0].url: the environment variable HOST is not set. "
            "Set HOST before running befell.",
        ),
        (
            "connectors: [{use: remote, url: 'http://a', token: '${file:no/such}'}]",
            "befell.yaml:1: connectors[0].token: the file no/such cannot be read: No such file or directory.",
        ),
        ("connectors: [{use: desk, name: '${a b}'}]", "befell.yaml:1: connectors[0].name: ${a b} names no variable."),
    ],
)
def test_one_mistake_gives_one_line(folder: Path, text: str, expected: str) -> None:
    told = mistakes(folder, text)
    assert len(told) == 1
    assert told[0].startswith(expected)


def test_a_missing_file_and_a_file_that_is_no_text(folder: Path) -> None:
    with pytest.raises(ConfigError, match=r"^nowhere.yaml: No such file or directory\. Name the file with --config"):
        load(Path("nowhere.yaml"), {})
    Path("befell.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match=r"^befell.yaml: is not UTF-8 text"):
        load(Path("befell.yaml"), {})


def test_no_message_holds_a_value_that_may_be_secret(folder: Path) -> None:
    text = """\
connectors:
  - {use: remote, name: a, url: "${SECRET}"}
  - {use: remote, name: b, url: "http://a", token: [literal-secret]}
  - {use: desk, name: c, "${SECRET}": 1}
"""
    told = "\n".join(mistakes(folder, text, SECRET="hunter2-hunter2"))
    assert len(told.splitlines()) == 3
    assert "hunter2" not in told and "literal-secret" not in told


def test_two_dollars_stand_for_the_text_itself(folder: Path) -> None:
    config = given(folder, "connectors: [{use: desk}]\nroles: {a: '$${HOST} lead', b: 'costs $5'}")
    assert config.roles == {"a": "${HOST} lead", "b": "costs $5"}


def test_find_prefers_the_named_file_then_befell_then_config(folder: Path) -> None:
    with pytest.raises(UsageError, match=r"no configuration: .* Copy config.example.yaml"):
        find(None)
    Path("config.yaml").touch()
    assert find(None) == Path("config.yaml")
    Path("befell.yaml").touch()
    assert find(None) == Path("befell.yaml")
    assert find(Path("other.yaml")) == Path("other.yaml")


@pytest.mark.parametrize("text", ["", "10", "m", "-5m", "1.5h", "5 weeks", "1h30m", "99999999d"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="is no duration"):
        duration(text)
