"""The review meeting: within 48 hours of resolution, as a calendar file."""

import hashlib
from datetime import UTC, datetime, timedelta

from pipeline.store.watches import Watch

LENGTH = timedelta(hours=1)


def proposed(watch: Watch, after: timedelta) -> datetime | None:
    """So long after resolution, on the half hour before; None where the incident is not resolved."""
    if watch.resolved_at is None:
        return None
    at = (watch.resolved_at + after).astimezone(UTC)
    return at.replace(minute=at.minute // 30 * 30, second=0, microsecond=0)


def invitation(watch: Watch, after: timedelta, link: str, now: datetime) -> bytes:
    """The meeting as an iCalendar file (RFC 5545); b"" where there is no time to propose."""
    start = proposed(watch, after)
    if start is None:
        return b""
    from icalendar import Calendar, Event

    event = Event()
    event.add("uid", f"{hashlib.sha256(watch.id.encode()).hexdigest()[:32]}@befell")
    event.add("dtstamp", now.replace(microsecond=0))
    event.add("dtstart", start)
    event.add("dtend", start + LENGTH)
    event.add("summary", f"Postmortem review: {watch.title} ({watch.id})")
    event.add("description", f"The draft: {link or watch.file}")
    event.add("sequence", watch.generation)
    if link:
        event.add("url", link)
    calendar = Calendar()
    calendar.add("prodid", "-//befell//befell//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
