"""Issues: a new one as an event, and the events of each as counts."""

from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import Any

from connectors.sentry.api import Api
from pipeline import times
from pipeline.event import Event, LogSummary, Notice, Rejected
from pipeline.incident import Window
from pipeline.lines import Tally, levels
from pipeline.paging import value
from pipeline.streams import each, understood

_PROJECT = value("project", "slug")


def new_issues(api: Api, window: Window) -> Iterator[Event | Notice | Rejected]:
    """An event for each issue that was first seen in the window."""
    for raw in api.issues(window):
        yield from understood(partial(_new, api, window), raw, f"issue {value('shortId')(raw)}")


def _new(api: Api, window: Window, raw: Any) -> Iterator[Event]:
    first = str(raw["firstSeen"])
    if (at := times.parse(first)) not in window:
        return
    project, title = str(_PROJECT(raw) or ""), str(raw["title"])
    labels = {"project": project, "issue": str(raw.get("shortId") or ""), "culprit": str(raw.get("culprit") or "")}
    yield Event(
        at=at, at_text=first, precision_s=1e-6 if "." in first else 1.0, kind="log", moment="observed",
        title=f"New error: {title}", native_id=f"issue {raw['id']}", service=api.settings.service(project),
        severity=levels.normal(raw.get("level")), url=str(raw.get("permalink") or ""),
        labels={name: text for name, text in labels.items() if text},
    )  # fmt: skip


def counted(api: Api, window: Window) -> Iterator[LogSummary | Notice | Rejected]:
    """The events of the most frequent issues, under the issue's title; further issues are a gap."""
    tally, most = Tally(window), api.settings.max_issues
    listed = api.issues(window)
    streams = ((f"issue {value('shortId')(raw)}", _events(api, window, tally, raw)) for raw in islice(listed, most))
    yield from each(streams)
    if next(listed, None) is not None:
        detail = f"The events of the {most} most frequent issues are counted, those of others not: raise max_issues."
        yield Notice(kind="limit", detail=detail, gap=True)
    yield from tally.summaries(shown=most)


def _events(api: Api, window: Window, tally: Tally, raw: Any) -> Iterator[Notice | Rejected]:
    if isinstance(raw, Notice):
        yield raw
        return
    if not raw.get("id"):
        yield Rejected(where="an issue", why="has no id")
        return
    project, title = str(_PROJECT(raw) or ""), str(raw.get("title") or "")
    service, level = api.settings.service(project), str(raw.get("level") or "")

    def take(event: Any) -> Iterator[Notice]:
        text = f"{event.get('title') or title}\n{event.get('culprit') or raw.get('culprit') or ''}".strip()
        tally.line(times.parse(str(event["dateCreated"])), text, service, level, str(raw.get("shortId") or ""))
        yield from ()

    for number, event in enumerate(api.events(str(raw["id"]), window)):
        if number >= api.settings.max_events:
            detail = f"Of issue {raw.get('shortId')} the latest {number:,} events are counted: raise max_events."
            yield Notice(kind="limit", detail=detail, gap=True)
            return
        yield from understood(take, event, f"event {value('id')(event)}")
