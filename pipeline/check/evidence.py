"""That what a draft cites is there: in its own list, and in the evidence itself where that is at hand."""

import re
from collections.abc import Iterator

from pipeline.check.page import Page
from pipeline.check.rule import Found, rule

_CITED = re.compile(r"(?:\(|href=\")#e-([\w-]+)")
_LISTED = re.compile(r'<a id="e-([\w-]+)">')
_FIX = "Take the reference out, or draft again: befell keeps the list up to date."


@rule("evidence-exists", "error")
def evidence_exists(page: Page) -> Iterator[Found]:
    """Each reference leads to an entry of the evidence list; with the snapshot at hand, the evidence has each entry."""
    listed = set(_LISTED.findall(page.text))
    for number, line in enumerate(page.lines, start=1):
        for name in dict.fromkeys(_CITED.findall(line)):
            if name not in listed:
                yield Found(number, f"cites {name}, which the evidence list does not have.", _FIX)
        for name in _LISTED.findall(line):
            if page.kept and name not in page.kept.ids:
                yield Found(number, f"lists {name}, which the evidence does not have.", _FIX)
