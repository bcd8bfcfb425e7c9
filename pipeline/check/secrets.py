"""That no secret and no address of a person stands in a draft."""

import re
from collections import Counter
from collections.abc import Iterator

from pipeline.check.page import Page
from pipeline.check.rule import Found, rule
from pipeline.redact.rules import KEY_BLOCKS

_KIND = re.compile(r"‹([a-z0-9-]+):[0-9]+›")
_FIX = "Take it out, and replace it where it is used: whoever saw this file has it."


@rule("secret", "error")
def secret(page: Page) -> Iterator[Found]:
    """Redaction finds nothing in the file: no token, password, private key, e-mail address or card number."""
    found = {}
    for block in KEY_BLOCKS:  # the only ones that go on over lines
        for key in block.pattern.finditer(page.text):
            found[page.text.count("\n", 0, key.start()) + 1] = block.kind
    for number, line in enumerate(page.lines, start=1):
        new = Counter(_KIND.findall(page.redactor.text(line))) - Counter(_KIND.findall(line))
        for kind in new:
            found.setdefault(number, kind)
    for number, kind in sorted(found.items()):
        yield Found(number, f"holds what looks like a secret ({kind}).", _FIX)
