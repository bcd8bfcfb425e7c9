"""How the rules do on an organisation that nobody looked at: its words are taken out of the vocabulary.

Nothing here is fitted to numbers; what can be fitted is the vocabulary, and a pattern of it may stand for many words.
So for each organisation every pattern is narrowed to the very words that it finds in the incidents of the others, as if
all that befell knows of the language had been read there.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from pipeline.evaluate.cases import Case
from pipeline.evaluate.score import Outcome, score
from pipeline.timeline.words import VOCABULARY, Vocabulary, pattern

Used = Mapping[str, Mapping[str, set[str]]]


def leave_out_org(cases: Sequence[Case]) -> list[Outcome]:
    """The outcome of each case under a vocabulary that knows the words of other organisations only."""
    used = _used(cases)
    without = {org: _without(used, org) for org in {case.org for case in cases}}
    return [score(case, without[case.org]) for case in cases]


def _used(cases: Sequence[Case]) -> Used:
    """Pattern → what it finds in the titles of events → the organisations where it finds that."""
    titles: dict[str, set[str]] = defaultdict(set)
    for case in cases:
        titles[case.org] |= {event.title.lower() for event in case.evidence.events}
    found: dict[str, dict[str, set[str]]] = {}
    for word in {word for cue in VOCABULARY.values() for word in cue}:
        finder, hits = re.compile(pattern([word])), found.setdefault(word, defaultdict(set))
        for org, texts in titles.items():
            for text in texts:
                for hit in finder.findall(text):
                    hits[hit].add(org)
    return found


def _without(used: Used, org: str) -> Vocabulary:
    return {
        cue: tuple(
            re.escape(hit) for word in words for hit in sorted(hit for hit, orgs in used[word].items() if orgs - {org})
        )
        for cue, words in VOCABULARY.items()
    }
