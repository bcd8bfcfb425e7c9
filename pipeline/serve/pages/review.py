"""One incident's draft under review: as it stands, changed and made anew from its evidence, saved, merged."""

import hashlib
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from pipeline import reviewing, run
from pipeline import snapshot as snapshots
from pipeline.draft import document, edits
from pipeline.draft.overrides import overrides_of
from pipeline.errors import BefellError
from pipeline.incident import Incident
from pipeline.redraft import Conflict, redraft
from pipeline.serve.desk import Desk
from pipeline.serve.drafting import Drafter
from pipeline.serve.kept import with_kept
from pipeline.serve.pages.diffs import taken
from pipeline.snapshot import Snapshot
from pipeline.store import Store
from pipeline.store.access import Entry, Person
from pipeline.store.watches import Watch
from pipeline.timeline.model import Timeline
from pipeline.times import rfc3339

REJECTED = "new evidence rejected"
_ONE = threading.Lock()  # one change of a file after the other


@dataclass(frozen=True, slots=True)
class Stale:
    """What a save became that began from a text which is no longer the newest: the merge of both, not yet saved."""

    text: str
    conflicts: tuple[Conflict, ...]


class Review:
    """`text` is the draft as it stands in its file, "" where there is none yet. All may raise BefellError."""

    def __init__(self, desk: Desk, incident: str, watch: Watch | None) -> None:
        self.desk, self.id, self.watch = desk, incident, watch
        self.path = desk.config.drafts / f"{run.safe_name(incident)}.md"
        self.text = reviewing.read(self.path, incident)

    @cached_property
    def snapshot(self) -> str:
        """The hash of the evidence that the draft was made from."""
        return self.desk.store.snapshot_of(document.stamp(self.text)) or self.desk.store.newest(self.id)

    @cached_property
    def evidence(self) -> Snapshot:
        return _evidence(self.desk.store, self.snapshot or self.id)

    @cached_property
    def timeline(self) -> Timeline:
        return self.told(self.text)

    def told(self, text: str) -> Timeline:
        """The timeline as the overrides of a text have it."""
        return run.tell(self.evidence, text, file=self.path.name)

    @property
    def base(self) -> str:
        return digest(self.text)

    def change(self, who: Person, action: str, detail: str, edit: edits.Edit) -> None:
        """Change an override, and make the draft anew: from the same evidence, with the reviewer's words in it."""
        with _ONE:
            self._again()
            self._remade(who, action, detail, edits.edited(self.text, edit))

    def put(self, who: Person, action: str, detail: str, changed: Callable[[str], str]) -> None:
        """Change the text without making it anew."""
        with _ONE:
            self._again()
            self._keep(who, action, detail, changed(self.text))

    def save(self, who: Person, given: str, base: str) -> Stale | None:
        """Save a text that was edited from `base`. Where that is no longer the newest, what both make together is
        given back instead, to be looked at; the text that was given is kept as a version either way."""
        given = given.replace("\r\n", "\n")
        said = document.split(given, self.path.name)[0]
        if said.get("incident") != self.id or "befell" not in said:
            what = "the front matter is not that of this draft."
            raise BefellError(what, where=self.path.name, fix="Leave its keys `befell` and `incident` as they were.")
        wanted = overrides_of(given, self.path.name)
        with _ONE:
            self._again()
            if digest(base) != digest(self.text):
                self._version(given)
                self._note(who, "stale save kept", "", digest(given))
                return _merged(base, given, self.text)
            if replace(wanted, where={}) == replace(overrides_of(self.text, self.path.name), where={}):
                self._keep(who, "draft saved", "", given)
            else:
                self._remade(who, "draft saved", "", given)
        return None

    def look(self) -> str:
        """Collect the evidence as it is now, and keep it; its hash. The draft stays as it is."""
        kept: list[str] = []
        incident: Incident | str = self.id
        config = self.desk.config
        if self.watch:
            incident = Drafter(config, self.desk.store, self.desk.clock, "page").incident(self.watch)
            with self.desk.store.watching() as desk:
                config = with_kept(config, desk.kept(self.id))
        run.gather(
            incident, config, self.desk.clock, None,
            lambda found, dumped: kept.append(self.desk.store.keep_snapshot(found, dumped)),
            reviewed=self.text, file=self.path.name,
        )  # fmt: skip
        return kept[0]

    def offer(self) -> str:
        """The hash of evidence that is newer than the draft and that nobody rejected; "" for none."""
        newest = self.desk.store.newest(self.id)
        with self.desk.store.access() as access:
            rejected = {one.detail for one in access.trail(self.id) if one.action == REJECTED}
        return "" if newest == self.snapshot or newest in rejected else newest

    def planned(self, snapshot: str) -> tuple[reviewing.Plan, run.Draft]:
        """What the draft becomes with other evidence."""
        found = _evidence(self.desk.store, snapshot)
        made = run.draft(found, self.text, file=self.path.name, config=self.desk.config)
        return reviewing.plan(made.text, self.text, self.path, self.desk.store.draft), made

    def accept(self, who: Person, snapshot: str, base: str, chosen: Collection[int]) -> bool:
        """Take over what other evidence changes, of it these hunks; False where the draft is another one by now.

        What was not chosen counts as the reviewer's edit from then on. Conflicts are told beside the draft.
        """
        with _ONE:
            self._again()
            if base != self.base:
                return False
            plan, made = self.planned(snapshot)
            if not plan.unmerged:
                plan = replace(plan, text=taken(self.text, plan.text, chosen))
            if "\r\n" in self.text:
                plan = replace(plan, text=plan.text.replace("\r\n", "\n").replace("\n", "\r\n"))
            reviewing.keep(self.desk.store, plan, made, snapshot)
            reviewing.write(plan)
            if not plan.unmerged:
                self._version(plan.text)
            self._note(who, "new evidence accepted", snapshot, "" if plan.unmerged else digest(plan.text))
            self._again()
            return True

    def reject(self, who: Person, snapshot: str) -> None:
        self._note(who, REJECTED, snapshot)

    def _again(self) -> None:
        """As it is now: others may have changed it."""
        self.text = reviewing.read(self.path, self.id)
        for name in ("snapshot", "evidence", "timeline"):
            self.__dict__.pop(name, None)

    def _remade(self, who: Person, action: str, detail: str, wanted: str) -> None:
        made = run.draft(self.evidence, wanted, file=self.path.name, config=self.desk.config)
        plan = reviewing.plan(made.text, wanted, self.path, self.desk.store.draft)
        self.desk.store.keep_draft(made.timeline.incident, document.stamp(made.text), made.text, self.snapshot)
        self._keep(who, action, detail, wanted if plan.unmerged else plan.text)

    def _keep(self, who: Person, action: str, detail: str, text: str) -> None:
        """Write the text over the one that was read, and keep both as versions."""
        if "\r\n" in self.text:
            text = text.replace("\r\n", "\n").replace("\n", "\r\n")
        if not document.is_untouched(self.text):
            self._version(self.text)
        self._version(text)
        run.write_draft(text, self.path, over=self.text.encode())
        self._note(who, action, detail, digest(text))
        self._again()

    def _version(self, text: str) -> None:
        text = text.replace("\r\n", "\n")
        said = document.split(text, self.path.name)[0].get("overrides") or {}
        self.desk.store.keep_version(
            self.evidence.incident, document.stamp(text), text, str(self.path), said, document.actions(text)
        )

    def _note(self, who: Person, action: str, detail: str, version: str = "") -> None:
        with self.desk.store.access() as access:
            access.note(Entry(rfc3339(self.desk.clock()), who.name, action, self.id, detail, version))


def digest(text: str) -> str:
    """The name of a version."""
    return hashlib.sha256(text.replace("\r\n", "\n").encode("utf-8", "surrogatepass")).hexdigest()


def _merged(base: str, mine: str, theirs: str) -> Stale:
    before, own, other = (document.split(text)[0].get("overrides") or {} for text in (base, mine, theirs))
    done = redraft(base, mine, theirs)
    both = edits.both_changed(before, own, other)
    told = [Conflict(f"overrides.{name}", str(said), str(new)) for name, said, new in both]
    return Stale(edits.replaced(done.text, edits.merged(before, own, other)), (*told, *done.conflicts))


@lru_cache(maxsize=4)
def _evidence(store: Store, name: str) -> Snapshot:
    """A snapshot, which is never changed; the last few are kept at hand."""
    return snapshots.load(store.dumped(name), name)


def opened(desk: Desk, incident: str) -> Review | None:
    """The review of an incident; None where nobody knows it."""
    with desk.store.watching() as watches:
        watch = watches.watch(incident)
    known = watch is not None or bool(desk.store.newest(incident))
    return Review(desk, incident, watch) if known else None
