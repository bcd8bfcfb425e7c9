"""What Grafana Alerting posts to a contact point of type webhook.

https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from connectors.grafana.settings import GrafanaSettings
from pipeline import times
from pipeline.alert_labels import fingerprint, level
from pipeline.desks import labels
from pipeline.event import Event, Notice, Rejected
from pipeline.receiving import Received, Signature
from pipeline.streams import understood

_HEADER = "X-Grafana-Alerting-Signature"  # the default of the contact point
# https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/#hmac-signature
# The time is signed where the contact point names a header for it, which has to be this one.
SIGNATURES = (
    Signature(_HEADER, stamp="X-Grafana-Alerting-Timestamp", message="{stamp}:{body}"),
    Signature(_HEADER),
)


def received(settings: GrafanaSettings, payload: Any) -> Iterator[Received]:
    """The alerts of a notification, and a notice where it left some out."""
    if not isinstance(payload, dict) or not isinstance(payload.get("alerts"), list):
        yield Rejected(where="delivery", why="is no notification of Grafana: it has no list `alerts`.")
        return
    for raw in payload["alerts"]:
        yield from understood(lambda raw: _alert(settings, raw), raw, "delivery")
    if payload.get("truncatedAlerts"):
        detail = f"A notification left {payload['truncatedAlerts']} alerts out. Raise Max Alerts of the contact point."
        yield Notice(kind="truncated", detail=detail, gap=True)


def _alert(settings: GrafanaSettings, raw: Any) -> Iterator[Event]:
    """`fired`, and `resolved` where it is over."""
    own = {str(name): str(text) for name, text in raw["labels"].items()}
    rule, started = own.get("alertname", "Alert"), times.parse(raw["startsAt"])
    if rule in settings.ignore_alerts:
        return
    place = own.get(settings.service_label) or settings.services.get(own.get("__dashboardUid__", ""), "")
    fired = Event(
        at=started, at_text=str(raw["startsAt"]), precision_s=0.001, kind="alert", moment="fired", source=settings.name,
        title=f"{rule} on {place}" if place else rule, native_id=f"alert {raw.get('fingerprint') or fingerprint(own)}",
        episode=started, service=place, severity=level(own.get(settings.severity_label, "")), url=_link(raw, settings),
        labels={"alertname": rule, **labels(**own)}, body="\n".join(_body(raw.get("annotations") or {})),
    )  # fmt: skip
    yield fired
    if raw["status"] == "resolved":
        ended = str(raw["endsAt"])
        yield replace(fired, at=times.parse(ended), at_text=ended, moment="resolved", body="")


def _link(raw: Mapping[str, Any], settings: GrafanaSettings) -> str:
    found = (str(raw.get(name) or "") for name in ("panelURL", "dashboardURL", "generatorURL"))
    return next((one for one in found if one.startswith(("https://", "http://"))), f"{settings.base}/alerting/list")


def _body(texts: Mapping[str, Any]) -> Iterator[str]:
    yield from (str(texts[name]) for name in ("summary", "description") if texts.get(name))
    if texts.get("runbook_url"):
        yield f"Runbook: {texts['runbook_url']}"
