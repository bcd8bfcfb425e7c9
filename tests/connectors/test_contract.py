"""What every registered connector keeps to, whatever its source; a new one needs a line in PLACES and passes."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

import alertmanager_stub
import argocd_stub
import cloudtrail_stub
import cloudwatch_stub
import datadog_stub
import elasticsearch_stub
import github_stub
import gitlab_stub
import grafana_stub
import icinga_stub
import incidentio_stub
import jenkins_stub
import journald_stub
import jsm_stub
import kubernetes_stub
import launchdarkly_stub
import loki_stub
import pagerduty_stub
import pytest
import sentry_stub
import slack_stub
import statuspage_stub
import unleash_stub
from making_repositories import Repo
from pydantic import BaseModel, SecretStr, ValidationError
from ruamel.yaml import YAML

from pipeline.collect.ids import Ids
from pipeline.connector import Check, ConnectorSettings, HasEvents, HasLogs, HasSeries, KnowsIncidents
from pipeline.errors import IncidentNotFound, SourceError
from pipeline.event import KINDS, LEVELS, MOMENTS, Event, LogSource, LogSummary, Notice, Rejected, Series
from pipeline.http import Http
from pipeline.incident import Incident, Window

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
WINDOW = Window(NOW.replace(hour=9), NOW.replace(hour=11))
EMPTY = Window(NOW.replace(hour=10), NOW.replace(hour=10))
DOCS = Path(__file__).parents[2] / "docs" / "connectors"
REGISTERED = {point.name: point.load() for point in entry_points(group="befell.connectors")}


@contextmanager
def files(base: Path) -> Iterator[dict[str, Any]]:
    alert = {"time": "2026-11-24T09:30:00Z", "kind": "alert", "title": "Errors", "end": "2026-11-24T09:50:00Z"}
    (base / "events.jsonl").write_text(f"{json.dumps(alert)}\n{json.dumps({**alert, 'time': 'soon'})}\n")
    (base / "incidents.json").write_text('[{"id": "INC-1", "opened_at": "2026-11-24T09:30:00Z"}]')
    (base / "web.log").write_text("2026-11-24T09:30:00Z started\n")
    (base / "errors.csv").write_text("time,value\n2026-11-24T09:30:00Z,1\n")
    yield {
        "events": "events.jsonl", "incidents": "incidents.json", "logs": [{"path": "web.log"}],
        "series": [{"path": "errors.csv"}],
    }  # fmt: skip


@contextmanager
def git(base: Path) -> Iterator[dict[str, Any]]:
    repo = Repo(base / "shop")
    repo.commit("09:10", "Change")
    repo.tag("09:20", "v1", message="deploy")
    repo.git("remote", "add", "origin", "https://bob:s3cret@example.com/shop.git")
    yield {"path": "shop", "deploys": [{"tags": "v*"}]}


class _Prometheus(BaseHTTPRequestHandler):
    """Just enough of the API to give one alert episode and one metric."""

    def do_GET(self) -> None:
        since, until = WINDOW.start.timestamp() + 600, WINDOW.start.timestamp() + 900
        labels = {"alertname": "Errors", "service": "web"}
        answers = {
            "/api/v1/query_range": ("matrix", [{"metric": {}, "values": [[since, "1"], [until, "2"]]}]),
            "/api/v1/query": (
                "matrix",
                [
                    {"metric": {**labels, "__name__": name, **more}, "values": [[since, value], [until, value]]}
                    for name, value, more in (
                        ("ALERTS", "1", {"alertstate": "firing"}), ("ALERTS_FOR_STATE", str(since - 60), {}),
                    )
                ],
            ),
        }  # fmt: skip
        kind, result = answers.get(urlsplit(self.path).path, ("", []))
        if "count" in self.path:
            kind, result = "vector", [{"metric": {}, "value": [until, "2"]}]
        data = {"resultType": kind, "result": result} if kind else {"version": "2.42.0", "groups": []}
        body = json.dumps({"status": "success", "data": data}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def prometheus(base: Path) -> Iterator[dict[str, Any]]:
    with HTTPServer(("127.0.0.1", 0), _Prometheus) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://bob:s3cret@127.0.0.1:{server.server_port}"
        yield {"url": url, "metrics": [{"name": "errors", "query": "errors"}]}
        server.shutdown()


PLACES: dict[str, Callable[[Path], Any]] = {
    "argocd": argocd_stub.place,
    "cloudtrail": cloudtrail_stub.place,
    "cloudwatch": cloudwatch_stub.place,
    "datadog": datadog_stub.place,
    "elasticsearch": elasticsearch_stub.place,
    "alertmanager": alertmanager_stub.place,
    "files": files,
    "git": git,
    "github": github_stub.place,
    "gitlab": gitlab_stub.place,
    "icinga": icinga_stub.place,
    "jenkins": jenkins_stub.place,
    "journald": journald_stub.place,
    "kubernetes": kubernetes_stub.place,
    "launchdarkly": launchdarkly_stub.place,
    "loki": loki_stub.place,
    "pagerduty": pagerduty_stub.place,
    "grafana": grafana_stub.place,
    "incidentio": incidentio_stub.place,
    "jsm": jsm_stub.place,
    "prometheus": prometheus,
    "statuspage": statuspage_stub.place,
    "sentry": sentry_stub.place,
    "slack": slack_stub.place,
    "unleash": unleash_stub.place,
}


@pytest.fixture(params=sorted(REGISTERED))
def kind(request):
    return request.param


@pytest.fixture
def made(kind, tmp_path):
    """A function that makes this kind of connector anew over one and the same place."""
    with PLACES[kind](tmp_path) as fields:

        def make(**more: Any) -> Any:
            given = {"use": kind, "name": "here", **fields, **more}
            settings = REGISTERED[kind].Settings.model_validate(given, context={"base": tmp_path})
            return REGISTERED[kind](settings, Http(60, lambda: NOW))

        yield make


def everything(connector: Any, window: Window = WINDOW) -> list[Any]:
    found = list(connector.events(window)) if isinstance(connector, HasEvents) else []
    found += connector.logs(window) if isinstance(connector, HasLogs) else []
    found += connector.series(window) if isinstance(connector, HasSeries) else []
    return found


def models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The settings models inside a field's type."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from models(inner)


def fields_of(model: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    """Every field of the settings, those of nested models too."""
    for name, field in model.model_fields.items():
        yield name, field
        for inner in models(field.annotation):
            yield from fields_of(inner)


def test_every_registered_kind_has_a_place_to_be_tried_in():
    assert set(PLACES) == set(REGISTERED)


def test_the_class_carries_the_name_it_is_registered_under(kind):
    assert REGISTERED[kind].kind == kind
    assert issubclass(REGISTERED[kind].Settings, ConnectorSettings)


def test_every_setting_has_a_description_and_an_example(kind):
    for name, field in fields_of(REGISTERED[kind].Settings):
        assert field.description and field.examples, name


def test_settings_are_frozen_and_refuse_what_they_do_not_know(kind, made):
    assert REGISTERED[kind].Settings.model_config["frozen"]
    with pytest.raises(ValidationError, match="no_such_setting"):
        made(no_such_setting=1)


def test_secrets_are_secret(kind):
    for name, field in fields_of(REGISTERED[kind].Settings):
        if name in ("token", "password", "api_key", "secret"):
            assert SecretStr in (field.annotation, *get_args(field.annotation)), name


def test_the_page_names_every_setting(kind):
    page = (DOCS / f"{kind}.md").read_text()
    own = {name for name, _ in fields_of(REGISTERED[kind].Settings)} - {"use", "name"}  # those two head every entry
    assert [name for name in sorted(own) if f"`{name}`" not in page] == []


def test_the_excerpts_of_the_page_are_valid(kind, tmp_path):
    blocks = re.findall(r"```yaml\n(.*?)```", (DOCS / f"{kind}.md").read_text(), re.DOTALL)
    loaded = [YAML(typ="safe").load(block) for block in blocks]
    shown = [one for block in loaded if isinstance(block, dict) for one in block.get("connectors", [])]
    mine = [one for one in shown if one["use"] == kind]
    assert mine
    for one in mine:
        REGISTERED[kind].Settings.model_validate({"name": kind, **one}, context={"base": tmp_path})


def test_it_yields_what_the_interface_allows(made):
    connector = made()
    if isinstance(connector, HasEvents):
        assert {type(one) for one in connector.events(WINDOW)} <= {Event, Notice, Rejected}
    assert {type(one) for one in everything(connector)} <= {Event, Notice, Rejected, LogSource, LogSummary, Series}
    assert any(isinstance(one, (Event, LogSummary)) for one in everything(connector))


def test_every_time_is_aware_and_utc(made):
    for one in everything(made()):
        found = [one.at, one.end, one.episode, one.active_since] if isinstance(one, Event) else []
        found += [at for at, _ in one.points] if isinstance(one, Series) else []
        assert all(at.tzinfo is UTC for at in found if at)


def test_events_say_only_what_befell_knows(made):
    for event in (one for one in everything(made()) if isinstance(one, Event)):
        assert event.kind in KINDS and event.moment in MOMENTS and event.severity in LEVELS
        assert event.title and not event.connector and not event.id
        assert all(isinstance(name, str) and isinstance(value, str) for name, value in event.labels.items())


def test_two_runs_give_the_same_whatever_it_is_called(made):
    one, two = made(), made(name="renamed")
    assert one.identity == two.identity
    assert evidence_ids(one, "here") == evidence_ids(two, "renamed") != []


def evidence_ids(connector: Any, name: str) -> list[str]:
    ids = Ids(connector.identity, name)
    found = everything(connector)
    of_events = [ids.event(one).id for one in found if isinstance(one, Event)]
    of_logs = [ids.log(one).id for one in found if isinstance(one, LogSummary)]
    return of_events + of_logs + [ids.series(one).id for one in found if isinstance(one, Series)]


def test_the_identity_names_the_place_without_credentials(kind, made):
    identity = made().identity
    assert identity.startswith(f"{kind}:") and len(identity) > len(kind) + 1
    assert "s3cret" not in identity and "bob" not in identity and "here" not in identity


def test_an_empty_window_is_no_trouble(made):
    assert all(not series.points for series in everything(made(), EMPTY) if isinstance(series, Series))


def test_check_says_what_it_found(made):
    checks = list(made().check())
    assert checks and all(isinstance(check, Check) and check.name and check.detail for check in checks)
    assert all(check.ok or check.fix for check in checks)


def test_incidents_are_found_or_the_nearest_named(made):
    connector = made()
    if not isinstance(connector, KnowsIncidents):
        pytest.skip("knows no incidents")
    recent = list(connector.recent_incidents(WINDOW.start))
    assert recent and all(isinstance(one, Incident) for one in recent)
    assert connector.find_incident(recent[0].id) == recent[0]
    with pytest.raises(IncidentNotFound, match=recent[0].id):
        connector.find_incident(recent[0].id + "x")


def test_a_place_that_is_gone_is_a_source_error(kind, made, tmp_path):
    gone = {"files": {"events": "gone.jsonl"}, "git": {"path": "gone"}, "journald": {"files": ["gone.journal"]}}
    with pytest.raises(SourceError) as raised:
        everything(made(**gone.get(kind, {"url": "http://127.0.0.1:1"})))
    assert raised.value.where and raised.value.fix
