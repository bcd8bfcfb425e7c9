"""Whatever a server answers in place of what it should: a connector rejects records or fails, and never breaks.

A proxy stands before the stub of each kind, and puts one odd value into each answer, where Hypothesis says.
"""

import json
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

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
import jsm_stub
import kubernetes_stub
import launchdarkly_stub
import loki_stub
import pagerduty_stub
import pytest
import requests
import sentry_stub
import servers
import slack_stub
import statuspage_stub
import unleash_stub
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_contract import NOW, WINDOW

from pipeline.config.sources import registered
from pipeline.connector import HasEvents, HasLogs, KnowsIncidents
from pipeline.errors import BefellError
from pipeline.event import Event, LogSummary, Notice, Rejected
from pipeline.http import Http

STUBS = {
    "alertmanager": alertmanager_stub, "argocd": argocd_stub, "cloudtrail": cloudtrail_stub,
    "cloudwatch": cloudwatch_stub, "datadog": datadog_stub, "elasticsearch": elasticsearch_stub, "github": github_stub,
    "gitlab": gitlab_stub, "grafana": grafana_stub, "icinga": icinga_stub, "incidentio": incidentio_stub,
    "jenkins": jenkins_stub, "jsm": jsm_stub, "kubernetes": kubernetes_stub, "launchdarkly": launchdarkly_stub,
    "loki": loki_stub, "pagerduty": pagerduty_stub, "sentry": sentry_stub, "slack": slack_stub,
    "statuspage": statuspage_stub, "unleash": unleash_stub,
}  # fmt: skip
ODD = st.sampled_from(
    [None, True, 7, -1, 1e400, "", "odd", [], [None], ["odd"], {}, {"odd": 1}, "2026-99-99T00:00:00Z"]
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place inside a JSON value."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path] + [place for key, inner in pairs for place in places(inner, (*path, key))]


def replaced(value: Any, path: tuple[Any, ...], by: Any) -> Any:
    if not path:
        return by
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], by)
    return copy


@pytest.mark.parametrize("kind", sorted(STUBS))
@given(place=st.integers(0, 400), odd=ODD)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_an_odd_value_anywhere_breaks_nothing(kind: str, place: int, odd: Any) -> None:
    with STUBS[kind].place(Path()) as fields:

        def answer(handler: BaseHTTPRequestHandler) -> None:
            sent = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
            real = requests.request(handler.command, fields["url"] + handler.path, data=sent, timeout=10)
            body, every = real.json(), places(real.json())
            packed = json.dumps(replaced(body, every[place % len(every)], odd)).encode()
            handler.send_response(real.status_code)
            handler.send_header("Content-Length", str(len(packed)))
            handler.end_headers()
            handler.wfile.write(packed)

        with servers.serving(answer) as url:
            loaded = registered()[kind].load()
            made = loaded.Settings.model_validate({"use": kind, "name": "here", **fields, "url": url})
            connector = loaded(made, Http(20, lambda: NOW))
            for ask in asked_of(connector):
                try:
                    assert {type(one) for one in ask()} <= {Event, LogSummary, Notice, Rejected, str}
                except BefellError as problem:
                    assert str(problem)


def asked_of(connector: Any) -> list[Any]:
    found = [lambda: [check.name for check in connector.check()]]
    found += [lambda: connector.events(WINDOW)] if isinstance(connector, HasEvents) else []
    found += [lambda: connector.logs(WINDOW)] if isinstance(connector, HasLogs) else []
    if isinstance(connector, KnowsIncidents):
        found.append(lambda: [one.title for one in connector.recent_incidents(WINDOW.start)])
        found.append(lambda: [connector.find_incident("7").title])
    return found
