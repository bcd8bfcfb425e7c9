"""The framework: severity, whether a postmortem is required, when it is reviewed, and the order of milestones."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from pipeline import times
from pipeline.check.page import Page, when
from pipeline.check.rule import Found, rule
from pipeline.incident import POSTMORTEM_REQUIRED, SEVERITIES
from pipeline.timeline.model import MILESTONES

_LEVELS = ", ".join(SEVERITIES)
_DATE = re.compile(r"\b(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.\d+)?)?(?: ?(UTC|Z|[+-]\d\d:?\d\d))?")
_MEETING = re.compile(
    r"\b(?:due|held|meet\w*|met|review\w*|takes? place|took place|scheduled|fällig|termin|gehalten)\b", re.IGNORECASE
)
_NONE = re.compile(r"(?i)(?:no|none|not|skip|waive|cancel|dismiss|won't)")
_SHARE = re.compile(r"→ ([\d.]+) %")
_HURT = re.compile(r"error|fail|fehl|ausf[aä]ll", re.IGNORECASE)
_PRECISION = timedelta(minutes=1)  # a draft shows no fractions
_YES = re.compile(r"\bdat(?:a|en)\b[^?]*\?\s*(?:_[^_]+:_)?\s*(?:yes|ja)\b", re.IGNORECASE)


@rule("front-matter", "error")
def front_matter(page: Page) -> Iterator[Found]:
    """The front matter is there, can be read, and the overrides in it can be used."""
    if page.problem:
        line = page.problem.where.rpartition(":")[2]
        yield Found(int(line) if line.isdigit() else 1, f"front matter: {page.problem.what}", page.problem.fix)
    elif not page.front:
        fix = "Put it back: befell reads incident, severity and milestones there."
        yield Found(1, "has no front matter (the lines between two “---”).", fix)


@rule("severity-set", "error")
def severity_set(page: Page) -> Iterator[Found]:
    """The severity is one of SEV-1 to SEV-4."""
    if page.severity not in SEVERITIES and not (page.problem and not page.front):
        what = f"severity {page.severity!r} is not of the framework." if page.severity else "has no severity."
        yield Found(page.line_of("severity"), what, f"Set overrides.severity to one of {_LEVELS}, then draft again.")


@rule("severity-consistent", "warning")
def severity_consistent(page: Page) -> Iterator[Found]:
    """Front matter, overrides and summary state one severity, and it is not lower than the impact by the framework:
    SEV-1 where data was lost or exposed, SEV-2 or higher where half of all requests failed."""
    stated = str(page.front.get("severity") or "")
    if page.overrides.severity and stated != page.overrides.severity:
        what = f"overrides say {page.overrides.severity}, the front matter {stated or 'none'}."
        yield Found(page.line_of("severity"), what, "Draft again: the text follows the overrides.")
    rows = [row for row in page.within("summary") if row.kind == "row" and len(row.cells) > 1]
    for row in rows:
        told = re.match(r"SEV-[1-4]", row.cells[1])
        if told and told[0] != page.severity:
            what = f"the summary says {told[0]}, the front matter {page.severity or 'none'}."
            yield Found(row.line, what, "Set overrides.severity and draft again, or mend the summary.")
    yield from _higher(page)


def _higher(page: Page) -> Iterator[Found]:
    for block in page.within("impact"):
        if _YES.search(block.text) and page.severity in ("SEV-2", "SEV-3", "SEV-4"):
            yield Found(block.line, f"says that data was hurt, under {page.severity}.", "By the framework it is SEV-1.")
        if block.kind == "row" and page.severity in ("SEV-3", "SEV-4") and _HURT.search(block.cells[0]):
            share = _SHARE.search(block.text)
            if share and float(share[1]) >= 50:
                what = f"{block.cells[0]} reached {share[1]} %, under {page.severity}."
                yield Found(block.line, what, "By the framework it is SEV-1 or SEV-2; say in the impact why not.")


@rule("postmortem-required", "error")
def postmortem_required(page: Page) -> Iterator[Found]:
    """Under SEV-1 and SEV-2 the front matter says that a postmortem is required, and no status says otherwise."""
    if page.severity not in POSTMORTEM_REQUIRED:
        return
    if page.front.get("postmortem_required") is not True:
        fix = "Write postmortem_required: true."
        yield Found(page.line_of("postmortem_required"), f"{page.severity} requires a postmortem.", fix)
    status = str(page.front.get("status") or "")
    if not status or _NONE.match(status):
        what = f"{page.severity} requires a postmortem, its status is {status!r}."
        yield Found(page.line_of("status"), what, "Set the status that it has, such as draft or reviewed.")


@rule("review-within-48h", "error")
def review_within_48h(page: Page) -> Iterator[Found]:
    """The review is due, and any date of the meeting is, within 48 hours of resolution. Resolution is what the evidence
    says; without it, no later than recovery and the end of the window."""
    due, limit = when(page.front.get("review_due")), _limit(page)
    if page.front and due is None:
        fix = "Set overrides.milestones.recovered and draft again, or write review_due."
        yield Found(page.line_of("review_due"), "says no time that the review is due.", fix)
    if due and limit and due > limit:
        what = f"the review is due {times.rfc3339(due)}, more than 48 h after resolution."
        yield Found(page.line_of("review_due"), what, f"No later than {times.rfc3339(limit)}.")
    last = min((one for one in (due, limit) if one), default=None)
    for block in page.within("review"):
        if last and block.kind in ("text", "list") and _MEETING.search(block.text):
            late = (found[0] for found in _DATE.finditer(block.text) if _after(found, last))
            for text in late:
                yield Found(block.line, f"the meeting is on {text}.", f"Hold it by {times.rfc3339(last)}, or say why.")


def _limit(page: Page) -> datetime | None:
    if page.kept and page.kept.resolved_at:
        return page.kept.resolved_at + timedelta(hours=48)
    window = page.front.get("window")
    known = [page.milestones().get("recovered"), when(window.get("end")) if isinstance(window, dict) else None]
    latest = max((at for at in known if at), default=None)
    return latest + timedelta(hours=48) if latest else None


def _after(found: re.Match[str], last: datetime) -> bool:
    """Whether a date is after a time; a clock time counts only with its zone."""
    try:
        if found[2] and found[3]:
            return times.parse(f"{found[1]}T{found[2]}{'Z' if found[3] == 'UTC' else found[3]}") > last + _PRECISION
        return datetime.fromisoformat(found[1]).date() > last.astimezone(UTC).date()
    except ValueError:
        return False


@rule("milestones-order", "warning")
def milestones_order(page: Page) -> Iterator[Found]:
    """Impact start, detected, acknowledged, mitigated and recovered follow each other in this order."""
    known = page.milestones()
    for before, after in pairwise(name for name in MILESTONES if name in known):
        if known[after] < known[before]:
            names = after.replace("_", " "), before.replace("_", " ")
            what = f"{names[0]} ({times.rfc3339(known[after])}) is before {names[1]} ({times.rfc3339(known[before])})."
            yield Found(_line(page, after), what, "Set the right time under overrides.milestones.")


def _line(page: Page, milestone: str) -> int:
    """Where a milestone stands: under the overrides, else where befell wrote it."""
    line = page.overrides.where.get(f"milestones.{milestone}", "").rpartition(":")[2]
    return int(line) if line else page.line_of(f"milestones.{milestone}")
