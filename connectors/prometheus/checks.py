"""What `befell doctor` asks a Prometheus."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from connectors.prometheus.alerts import selector
from connectors.prometheus.api import Api
from connectors.prometheus.retention import earliest
from connectors.prometheus.settings import PrometheusSettings
from pipeline.connector import Check
from pipeline.errors import SourceError
from pipeline.http import Http
from pipeline.times import rfc3339

RECENT = timedelta(days=7)


def checks(api: Api, settings: PrometheusSettings, http: Http, now: datetime) -> Iterator[Check]:
    """Reachable, clock, retention, alerts, metrics; stops at the first where nothing further can be known."""
    reached = _reachable(api, now)
    yield reached
    if not reached.ok:
        return
    skew = [notice.detail for notice in http.notices if notice.kind == "clock-skew"]
    told = skew[0] if skew else "agrees with this machine's"
    yield Check("clock", not skew, told, "Set both clocks by a time server (NTP)." if skew else "")
    yield _retention(api, now)
    if settings.alerts:
        yield _alerts(api, settings, now)
    for metric in settings.metrics:
        try:
            found = len(api.query(metric.query, now))
        except SourceError as problem:
            yield Check(f"metric {metric.name}", False, problem.what, f"Mend the query: {metric.query}")
        else:
            yield Check(f"metric {metric.name}", True, f"{found} series now")


def _reachable(api: Api, now: datetime) -> Check:
    """buildinfo, which every Prometheus has; others (Thanos, VictoriaMetrics) may only answer queries."""
    try:
        told = api.get("status/buildinfo")
    except SourceError as problem:
        try:
            api.query("1", now)
        except SourceError:
            return Check("reachable", False, f"{problem.where}: {problem.what}", problem.fix)
        return Check("reachable", True, "answers queries; tells no version")
    version = told.get("version") if isinstance(told, dict) else None
    return Check("reachable", True, f"version {version}" if version else "tells no version")


def _retention(api: Api, now: datetime) -> Check:
    try:
        first = earliest(api, now)
    except SourceError as problem:
        return Check("retention", True, f"is not known: {problem.what}")
    if first is None:
        return Check("retention", True, "the server does not tell")
    return Check("retention", True, f"samples reach back to {rfc3339(first)}", reaches=first)


def _alerts(api: Api, settings: PrometheusSettings, now: datetime) -> Check:
    what = selector("ALERTS", settings)
    try:
        found = api.query(f"count(count_over_time({what}[{int(RECENT.total_seconds())}s]))", now)
    except SourceError as problem:
        return Check("alerts", False, problem.what, "Narrow the alerts with alert_selector.")
    if found:
        return Check("alerts", True, f"{found[0]['value'][1]} alert series within {RECENT.days} days")
    return Check(
        "alerts", True, f"{what} was empty for {RECENT.days} days",
        "Right where nothing fired; otherwise check alert_selector, and that this server evaluates the rules.",
    )  # fmt: skip
