"""The Alertmanager connector."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

from connectors.alertmanager import incidents
from connectors.alertmanager.alerts import Alerts
from connectors.alertmanager.settings import AlertmanagerSettings
from connectors.alertmanager.webhooks import Webhook, matches, stored, webhook
from pipeline import times
from pipeline.connector import Check
from pipeline.errors import SourceError
from pipeline.event import Event, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Incident, Window
from pipeline.receiving import Received, Signature
from pipeline.streams import asked, mended_by, objects, understood

_FIXES = {404: "Check url: it is the address of Alertmanager 0.16 or newer, without /api/v2."}


class AlertmanagerConnector:
    """Alert episodes from stored webhooks of one Alertmanager, and the alerts that are active now."""

    kind: ClassVar[str] = "alertmanager"
    Settings: ClassVar[type[AlertmanagerSettings]] = AlertmanagerSettings
    short_lived: ClassVar[bool] = True
    alerts_are_incidents: ClassVar[bool] = True
    needs: ClassVar[str] = "read access to the HTTP API; for what is over, a receiver that stores its webhooks"
    limits: ClassVar[tuple[str, ...]] = ("alerts of now only", "alerts that a webhook left out (max_alerts)")
    signatures: ClassVar[tuple[Signature, ...]] = ()  # a token or basic credentials in `http_config` of its receiver

    def __init__(self, settings: AlertmanagerSettings, http: Http) -> None:
        self.identity = f"alertmanager:{settings.base}"
        self._settings, self._http = settings, http
        self._session = http.session(settings)
        self._where = f"{settings.base}/api/v2/alerts"

    def events(self, window: Window) -> Iterator[Event | Notice | Rejected]:
        """What the stored webhooks tell, then the alerts of now; SourceError where neither can be read."""
        alerts, failed = Alerts(self._settings), list[SourceError]()
        for path in self._settings.webhooks:
            try:
                for file in matches(path):
                    yield from self._stored(stored(file), alerts, window)
            except SourceError as problem:
                failed.append(problem)
        if self._settings.current:
            yield from self._current(alerts)
        elif len(failed) == len(self._settings.webhooks):
            raise failed[0]
        yield from (Notice(kind="unreadable", detail=str(problem), gap=True) for problem in failed)
        if self._settings.webhooks:
            yield from self._unresolved(alerts, window)
        else:
            detail = (
                "Alertmanager tells of alerts that are active now, and of none that is over. Let a receiver store its "
                "webhooks, and name the files in `webhooks`; or read them from Prometheus."
            )
            yield Notice(kind="current only", detail=detail, gap=True)

    def find_incident(self, incident_id: str) -> Incident:
        return incidents.find(self._settings, incident_id)

    def recent_incidents(self, since: datetime) -> Iterator[Incident]:
        return incidents.recent(self._settings, since)

    def received(self, payload: Any) -> Iterator[Received]:
        """The alerts of a notification, and a notice where it left some out."""
        found = webhook(payload, "delivery")
        if isinstance(found, Rejected):
            yield found
            return
        alerts = Alerts(self._settings)
        for raw in found.alerts:
            yield from understood(alerts.sent, raw, found.where)
        if found.left_out:
            yield _left_out([found])

    def check(self) -> Iterator[Check]:
        """The API, and each file of webhooks. What is over is known from these only."""
        now = self._http.now()
        if self._settings.current:
            found = asked("alerts of now", self._alerts)
            yield replace(found, reaches=now) if found.ok and not self._settings.webhooks else found
        for path in self._settings.webhooks:
            yield asked(str(path), lambda path=path: [next(stored(file), None) for file in matches(path)])  # type: ignore[misc]

    def _stored(
        self, found: Iterator[Webhook | Rejected | Notice], alerts: Alerts, window: Window
    ) -> Iterator[Event | Notice | Rejected]:
        cut: list[Webhook] = []
        for one in found:
            if not isinstance(one, Webhook):
                yield one
                continue
            for raw in one.alerts:
                yield from understood(alerts.sent, raw, one.where)
            if one.left_out and any(_touches(raw, window) for raw in one.alerts):
                cut.append(one)
        if cut:
            yield _left_out(cut)

    def _current(self, alerts: Alerts) -> Iterator[Event | Notice | Rejected]:
        for raw in objects(self._where)(self._alerts()):
            yield from understood(alerts.current, raw, f"alert {raw.get('fingerprint')}")

    def _alerts(self) -> Any:
        with mended_by(_FIXES):
            return self._http.get(self._session, self._where, {"filter": list(self._settings.matchers)})

    def _unresolved(self, alerts: Alerts, window: Window) -> Iterator[Notice]:
        """The episodes of the window whose end is in no webhook; a gap where Alertmanager says that they ended."""
        known = self._settings.current and not self._settings.matchers
        missing = [one for key, one in alerts.open.items() if one.at in window and key not in alerts.listed]
        if not missing:
            return
        names = ", ".join(sorted({one.labels.get("alertname", "?") for one in missing}))
        detail = (
            f"No stored webhook says when these alerts ended: {names}. "
            + ("Alertmanager no longer lists them. " if known else "They may still fire. ")
            + "Check that the receiver's send_resolved is on, and that all its files are named."
        )
        yield Notice(kind="no resolve", detail=detail, gap=known)


def _left_out(cut: Sequence[Webhook]) -> Notice:
    most = max(one.left_out for one in cut)
    detail = (
        f"Webhooks left alerts out, up to {most} of a group: {len(cut)} of them, from {cut[0].where} on. Raise "
        "max_alerts of this receiver in Alertmanager's configuration, or set it to 0."
    )
    return Notice(kind="truncated", detail=detail, gap=True)


def _touches(raw: Any, window: Window) -> bool:
    """Whether an alert was active in the window, as far as can be told."""
    try:
        started = times.parse(raw["startsAt"])
        return started < window.end and (raw["status"] != "resolved" or times.parse(raw["endsAt"]) >= window.start)
    except (LookupError, TypeError, ValueError, AttributeError):
        return True
