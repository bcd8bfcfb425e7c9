"""What the evidence of a draft says, out of a snapshot or the store. Importing it imports pandas and SQLAlchemy."""

import re
from pathlib import Path

from pipeline import run
from pipeline import snapshot as snapshots
from pipeline.check.page import Kept, Page
from pipeline.draft import document
from pipeline.errors import BefellError, UsageError
from pipeline.snapshot import Snapshot
from pipeline.store import Store
from pipeline.store.opening import default

_LISTED = re.compile(r'<a id="e-([\w-]+)">')


def of_snapshot(evidence: Snapshot, page: Page) -> Kept:
    """Every id that a draft of this evidence may cite; UsageError where it is of another incident."""
    stated = page.front.get("incident")
    if stated and stated != evidence.incident.id:
        what = f"the snapshot is of incident {evidence.incident.id!r}, the draft of {stated!r}."
        raise UsageError(what, where="--snapshot", fix="Name the snapshot that the draft was made from.")
    try:
        timeline = run.tell(evidence, "" if page.problem else page.text, file="draft")
    except BefellError as problem:  # of overrides that only the evidence shows to be wrong: a finding
        page.problem, timeline = problem, run.tell(evidence)
    return Kept(frozenset(timeline.evidence), evidence.incident.resolved_at)


def opened(address: str) -> Store | None:
    """The store, the default one for ""; None where there is none yet. Raises StoreError."""
    where = address or str(default())
    return Store.open(where) if "://" in where or Path(where).is_file() else None


def of_store(store: Store, page: Page) -> Kept | None:
    """What all evidence kept of this incident says; None where the store does not know the draft. Raises StoreError.

    All: a row that a reviewer edited stays in the draft when newer evidence no longer has it.
    """
    stamp = document.stamp(page.text)
    if not stamp or not store.draft(stamp):
        return None
    wanted = set(_LISTED.findall(page.text))
    found: Kept | None = None
    for one in reversed([each for each in store.snapshots() if each.incident == page.front.get("incident")]):
        older = of_snapshot(snapshots.load(store.dumped(one.hash), one.hash), page)
        found = Kept(found.ids | older.ids, found.resolved_at) if found else older
        if wanted <= found.ids:
            break
    return found
