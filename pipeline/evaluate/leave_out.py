"""How the rules do on an organisation that nobody looked at: its words are taken out of the vocabulary.

Nothing here is fitted to numbers; what can be fitted is the vocabulary. So for each organisation the cues lose every
word that is found in its own incidents and in no other organisation's, as if its reports had never been read.
"""

import re
from collections import defaultdict
from collections.abc import Sequence

from pipeline.evaluate.cases import Case
from pipeline.evaluate.score import Outcome, score
from pipeline.timeline.words import VOCABULARY, Vocabulary, pattern


def leave_out_org(cases: Sequence[Case]) -> list[Outcome]:
    """The outcome of each case under a vocabulary that does not know its organisation."""
    used = _used(cases)
    return [score(case, _without(used, case.org)) for case in cases]


def _used(cases: Sequence[Case]) -> dict[str, set[str]]:
    """Word → the organisations whose events hold it."""
    titles: dict[str, list[str]] = defaultdict(list)
    for case in cases:
        titles[case.org] += [event.title.lower() for event in case.evidence.events]
    words = {word for cue in VOCABULARY.values() for word in cue}
    found: dict[str, set[str]] = {}
    for word in words:
        finder = re.compile(pattern([word]))
        found[word] = {org for org, texts in titles.items() if any(map(finder.search, texts))}
    return found


def _without(used: dict[str, set[str]], org: str) -> Vocabulary:
    return {cue: tuple(word for word in words if used[word] != {org}) for cue, words in VOCABULARY.items()}
