"""Nothing invented: each row and number of a draft is walked back to the evidence that its line names."""

import itertools
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline import snapshot as snapshots
from pipeline.cli.main import run
from pipeline.draft import words
from pipeline.event import LogSummary, Series
from pipeline.run import tell
from pipeline.snapshot import Snapshot
from pipeline.timeline.contract import as_json

ROOT = Path(__file__).parents[2]
CASES = sorted(path.parent for path in (ROOT / "bench/incidents/public").glob("*/config.yaml"))[::6]
LINK = re.compile(r"\[\w+\]\(#e-([\w-]+)\)(?: and [\d,]+ more)?")
# What the accounting, the incident source or a form says is no statement from evidence; a picture repeats the rows.
ACCOUNTING = ("## Timeline at a glance", "## Data sources", "## Evidence", "## Review meeting")
FROM_SOURCE = ("| Incident |", "| Severity |", "| Services |", "| Window examined |", "| Review due |")
SPAN = r"\d+ (?:d|h|min|s)(?: \d+ (?:h|min|s))?\b"
CLOCK = r"(?:\d{4}-\d\d-\d\d )?\d\d:\d\d(?::\d\d)?"
CLAIM = re.compile(rf"(?<![\w.:/#-])(?:{CLOCK}|{SPAN}|\d[\d,.]*\d|\d)(?![\w:/])")


class Grounds:
    """What may be said of each evidence id: times, and texts with numbers in them."""

    def __init__(self, timeline: dict[str, Any], snapshot: Snapshot, draft: str) -> None:
        self.rows = timeline["rows"]
        self.evidence = timeline["evidence"]
        self.listed = {found[1]: found[0] for found in re.finditer(r'\| <a id="e-[\w-]+"></a>([\w-]+) \|.*', draft)}
        self.milestones = [found for found in timeline["milestones"].values() if found]
        self.events = {event.id: event for event in snapshot.events}
        self.logs = {log.id: log for log in snapshot.logs}
        self.series = snapshot.series

    def whole(self, cited: set[str]) -> set[str]:
        """The ids, and those of the rows and milestones that they stand for (a line links four at most)."""
        parts = [set(one["evidence"]) for one in (*self.rows, *self.milestones)]
        return cited.union(*(part for part in parts if part & cited))

    def times(self, ids: set[str]) -> set[datetime]:
        ours = [one for one in (*self.rows, *self.milestones) if ids & set(one["evidence"])]
        told = [one[key] for one in ours for key in ("at", "end") if one.get(key)]
        told += [self.evidence[name]["at"] for name in ids if name in self.evidence]
        told += [clock for name in ids for clock in re.findall(CLOCK, self.listed.get(name, ""))[:1]]
        found = {datetime.fromisoformat(text) for text in told if "T" in text}
        for name in ids & set(self.logs):
            found |= {self.logs[name].first, self.logs[name].last}
        for name in ids & set(self.events):
            found |= {at for at in (self.events[name].at, self.events[name].end, self.events[name].active_since) if at}
        return found

    def texts(self, ids: set[str]) -> Iterator[str]:
        for row in self.rows:
            if ids & set(row["evidence"]):
                yield f"{row['title']} {row['count']:,}"
        yield f"{sum(self.logs[name].count for name in ids & set(self.logs)):,}"
        for name in ids:
            yield self.listed.get(name, "")
            if name in self.events:
                event = self.events[name]
                yield f"{event.title} {event.body} {event.actor_role} {dict(event.labels)}"
            if name in self.logs:
                yield from log_numbers(self.logs[name])
        for series in self.series:
            if any(series.name in self.listed.get(name, "") for name in ids):
                yield from series_numbers(series)


def log_numbers(log: LogSummary) -> Iterator[str]:
    """Records in all, in each minute, up to and from each minute; where the exemplars stand, and their text."""
    counts = [count for _, count in sorted(log.histogram.items())]
    sums = [*itertools.accumulate(counts), *(sum(counts[start:]) for start in range(len(counts))), *counts, log.count]
    yield " ".join(f"{count:,}" for count in sums)
    for exemplar in log.exemplars:
        yield f"{exemplar.text} {exemplar.line:,} {exemplar.path} {log.template}"
    yield " ".join(f"{datetime.fromtimestamp(minute * 60, UTC):%H:%M}" for minute in log.histogram)
    yield f"{len(log.histogram)} min"


def series_numbers(series: Series) -> Iterator[str]:
    if series.objective is not None:
        yield words.measured(series.objective, series.unit)
    yield series.query


def plain(text: str) -> str:
    """The text without Markdown escapes and HTML entities."""
    text = re.sub(r"\\([^\w\s])", r"\1", text)
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(entity, sign)
    return text


def statements(draft: str) -> Iterator[str]:
    """The lines outside the accounting, the forms and fenced log records."""
    section = fence = ""
    lines = draft.split("\n---\n", 1)[1].splitlines()
    for line, following in itertools.pairwise([*lines, ""]):
        if mark := re.match(r"`{3,}", line):
            fence = "" if fence == mark[0] else fence or mark[0]
        elif fence:
            continue
        elif line.startswith("## "):
            section = line
        elif section in ACCOUNTING or not line or following.startswith("| ---"):  # the last is a table's header
            continue
        elif not line.startswith(("#", "<", "| ---", "- [ ]", "   >", *FROM_SOURCE)):
            yield line


def untraced(line: str, grounds: Grounds) -> list[str]:
    """The numbers of a line that its evidence does not hold."""
    cited = set(LINK.findall(line))
    ids = grounds.whole(cited)
    times = grounds.times(ids) | {datetime.fromisoformat(one["at"]) for one in grounds.milestones}
    clocks = {words.clock(at, date=date, precision_s=p) for at in times for date in (True, False) for p in (0, 60)}
    apart = {abs((a - b).total_seconds()) for a in times for b in times}
    spans = {words.span(seconds) for seconds in apart} | {f"{seconds / 3600:.1f}" for seconds in apart}
    told = plain(" ".join(grounds.texts(ids)))
    said = plain(LINK.sub("", re.sub(r"\[([^\]]*)\]\(http[^)]*\)", r"\1", line)))
    said = re.sub(r"more than (?:5|15|30) min", "", said)  # the limits that the page on drafts states
    if line.startswith(tuple(f"| {rank} | " for rank in range(1, 10))):  # rank and score of a candidate
        cells = said.split(" | ")
        said = " | ".join([*cells[1:4], *cells[5:]])
    left = []
    for claim in CLAIM.findall(said):
        if claim not in clocks and claim not in spans and not re.search(rf"(?<![\d.]){re.escape(claim)}(?!\d)", told):
            left.append(claim)
    return left


@pytest.fixture(scope="module", params=[ROOT / "examples/checkout", *CASES], ids=lambda path: path.name)
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Grounds]:
    """The draft of an incident, and what it stands on; in this process, for speed."""
    folder = shutil.copytree(request.param, tmp_path_factory.mktemp("told") / "case")
    incident_id = re.search(r'"id": ?"([^"]+)"', (folder / "incidents.json").read_text())[1]  # type: ignore[index]
    config = ["--incident-id", incident_id, "--config", str(folder / "config.yaml"), "--output"]
    assert run(["draft", *config, str(folder / "draft.md")]) in (0, 3)
    assert run(["collect", *config, str(folder / "kept.gz")]) in (0, 3)
    snapshot, draft = snapshots.read(folder / "kept.gz"), (folder / "draft.md").read_text()
    return draft, Grounds(as_json(tell(snapshot)), snapshot, draft)


def test_every_row_and_bullet_names_evidence_that_is_listed(told: tuple[str, Grounds]) -> None:
    """Every id of a link stands in the Evidence section, and every id of the timeline's JSON too."""
    draft, grounds = told
    for line in statements(draft):
        cited = LINK.findall(line)
        assert all(name in grounds.listed for name in cited), line
        question = "?" in line or "A1 -->" in line or "A2 -->" in line
        if line.startswith(("|", "- ", "   - ")) and not question:
            assert cited or "(#data-sources)" in line, line
    assert set(grounds.evidence) <= set(grounds.listed)
    assert not re.search("has no details of this id", draft)


def test_every_number_is_in_the_evidence_that_its_line_names(told: tuple[str, Grounds]) -> None:
    draft, grounds = told
    lines = [line for line in statements(draft) if LINK.search(line)]
    assert len(lines) > 5
    assert {line: left for line in lines if (left := untraced(line, grounds))} == {}
