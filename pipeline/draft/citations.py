"""Citations: every statement names its evidence, and every id that is named is listed once at the end."""

import re
from collections.abc import Callable, Iterable, Mapping

from pipeline.draft.text import Markdown
from pipeline.timeline.model import Evidence

SHORT = 6  # characters of an id that a reader sees
FEW = 4  # links after one statement; the rest are counted and stay in the evidence list


def anchor(evidence_id: str) -> str:
    """The target of a citation; ids are base32, anything else is made harmless."""
    plain = evidence_id.isascii() and evidence_id.isalnum()
    return "e-" + (evidence_id if plain else re.sub(r"[^A-Za-z0-9_-]", "_", evidence_id))


class Citations:
    """Makes the links of one draft and remembers which ids they named."""

    def __init__(self, evidence: Mapping[str, Evidence], told: Callable[[str], str] = str) -> None:
        self.evidence, self._told = evidence, told
        self._named: dict[str, None] = {}

    def cite(self, ids: str | Iterable[str], limit: int = FEW) -> Markdown:
        """`[k3v7qx](#e-k3v7qx2m9abc) …`: at most `limit` links and then how many more; empty for no ids."""
        names = list(dict.fromkeys(name for name in ([ids] if isinstance(ids, str) else ids) if name))
        self._named.update(dict.fromkeys(names))
        links = [f"[{target[2:][:SHORT]}](#{target})" for target in map(anchor, names[:limit])]
        more = [self._told(f"and {len(names) - limit:,} more")] if len(names) > limit else []
        return Markdown(" ".join(links + more))

    def named(self) -> list[str]:
        """The ids cited so far, ordered by the time of their evidence; ids without evidence last."""
        known = [name for name in self._named if name in self.evidence]
        unknown = [name for name in self._named if name not in self.evidence]
        return sorted(known, key=lambda name: (self.evidence[name].at, name)) + sorted(unknown)
