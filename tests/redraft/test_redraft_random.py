"""Over random edits and random evidence: no word of the reviewer is lost, nothing generated is doubled."""

import random
import re
from collections import Counter

import pytest
from reviewing import Reviewer, drafts, parted, settled

from pipeline.draft.document import stamp
from pipeline.redraft import redraft
from pipeline.redraft.items import cited


def sequence(seed: int, made: tuple[str, ...]) -> None:
    """A draft, edited and drafted again with other evidence, up to four times."""
    chance = random.Random(seed)
    reviewer = Reviewer(chance)
    base = mine = chance.choice(made)
    for _ in range(chance.randrange(1, 5)):
        mine = reviewer.edit(mine)
        new = chance.choice(made)
        done = redraft(base, mine, new)
        merged = done.text
        words = Counter(re.findall(r"zq\d+x", merged))
        assert {token for token in reviewer.tokens if words[token] != 1} == set()
        assert stamp(merged) == stamp(new)
        assert ("\r\n" in merged) == ("\r\n" in mine)
        _nothing_doubled(mine, new, merged, reviewer)
        _nothing_new_left_out(base, new, merged, {one.new for one in done.conflicts})
        _what_nobody_edited_is_new(base, mine, new, merged)
        assert redraft(new, merged, new).text == merged
        base, mine = new, merged


def _nothing_doubled(mine: str, new: str, merged: str, reviewer: Reviewer) -> None:
    ours, theirs = ({one.key: settled(one) for one in parted(text)} for text in (mine, new))
    found = parted(merged)
    # what is not generated for a while may come back, and a milestone may get a line of its own beside the row it is on
    reviewer.gone &= {row for one in theirs.values() for row, number in one.items() if number == 1}
    assert len({one.key for one in found}) == len(found)
    for section in found:
        mine_has, new_has = ours.get(section.key, Counter()), theirs.get(section.key, Counter())
        assert settled(section) <= mine_has | new_has
        assert not reviewer.gone & set(settled(section) - mine_has)


def _nothing_new_left_out(base: str, new: str, merged: str, told: set[str]) -> None:
    """Each row on evidence that its section did not have stands in the merged draft, or is told as a conflict."""
    old, found = ({one.key: one.items for one in parted(text)} for text in (base, merged))
    for section in parted(new):
        known = {anchor for item in old.get(section.key, ()) for anchor in cited(item.text)}
        shown = {item.key for item in found.get(section.key, ())} | told
        for item in section.items:
            if section.key in found and item.key.startswith("e-") and known.isdisjoint(cited(item.text)):
                assert not shown.isdisjoint((item.key, item.text))


def _what_nobody_edited_is_new(base: str, mine: str, new: str, merged: str) -> None:
    old, ours, theirs, found = ({one.key: one.items for one in parted(text)} for text in (base, mine, new, merged))
    for key in theirs:
        if key != "evidence" and ours.get(key) == old.get(key):
            assert [item.text for item in found[key]] == [item.text for item in theirs[key]]


@pytest.mark.parametrize("seed", range(100))
def test_edits_and_evidence_at_random(seed: int) -> None:
    sequence(seed, drafts(25))


@pytest.mark.soak
def test_more_edits_and_evidence_at_random() -> None:
    made = drafts(200, seed=2)
    for seed in range(1000, 2200):
        sequence(seed, made)
