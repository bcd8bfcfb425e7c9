"""One API call as a change. Who made it stands in no title: it is known by login only.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

import json
from collections.abc import Iterator
from typing import Any

from connectors.cloudtrail.settings import CloudtrailSettings
from pipeline import times
from pipeline.event import Event, Kind, Moment
from pipeline.paging import value


def change(settings: CloudtrailSettings, raw: Any) -> Iterator[Event]:
    """The event, or nothing where the call is none of those that are read."""
    name, source = str(raw["EventName"]), str(raw.get("EventSource") or "")
    if not settings.wants(name, source):
        return
    whole = json.loads(raw.get("CloudTrailEvent") or "{}")
    found = raw.get("Resources") or ()
    resources = list(dict.fromkeys(str(one["ResourceName"]) for one in found if one.get("ResourceName")))
    error, at = str(whole.get("errorCode") or ""), raw["EventTime"]
    deploy = settings.is_deploy(name)
    kind: Kind = "deploy" if deploy else "log" if error else "change"  # a call that failed changed nothing
    told: dict[Kind, Moment] = {"deploy": "failed" if error else "deployed", "log": "observed", "change": "changed"}
    labels = {
        "action": name, "source": source, "resource": ", ".join(resources), "error": error,
        "region": str(whole.get("awsRegion") or ""),
    }  # fmt: skip
    called = f"{name} ({source.removesuffix('.amazonaws.com')})" if source else name
    user = str(raw.get("Username") or value("userIdentity", "principalId")(whole) or "")
    yield Event(
        at=times.parse(at) if isinstance(at, str) else times.from_epoch(float(at)), precision_s=1.0,
        kind=kind, moment=told[kind], native_id=f"call {raw['EventId']}",
        title=f"{called}{f' of {resources[0]}' if resources else ''}{f' failed: {error}' if error else ''}",
        service=settings.service(resources), body=str(whole.get("errorMessage") or ""),
        labels={label: text for label, text in labels.items() if text}, actor_role=f"login:{user}" if user else "",
    )  # fmt: skip
