"""Blocks of documentation that are generated, and held: `BEFELL_WRITE_DOCS=1 pytest` writes them anew."""

import os
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def holds(page: str, name: str, text: str) -> bool:
    """Whether the block `name` of a page under docs/ is this text; with BEFELL_WRITE_DOCS set, it is written first."""
    path = ROOT / "docs" / page
    block = re.compile(rf"(<!-- generated: {re.escape(name)} -->\n)(.*?)(<!-- end -->)", re.DOTALL)
    whole = path.read_text(encoding="utf-8")
    assert block.search(whole), f"docs/{page} has no block {name!r}"
    if os.environ.get("BEFELL_WRITE_DOCS"):
        whole = block.sub(lambda found: f"{found[1]}{text}\n{found[3]}", whole)
        path.write_text(whole, encoding="utf-8")
    return block.search(whole)[2] == f"{text}\n"  # type: ignore[index]
