"""Drafts that are to be published."""

from pathlib import Path

from support.timelines import rich

from pipeline.draft import render
from pipeline.publish import Post, read
from pipeline.run import safe_name

DRAFT = render(rich())


def posted(text: str) -> Post:
    """A draft as it is read from its file."""
    return read(text, Path("INC-42.md"), safe_name)


def long_post(rows: int = 450) -> Post:
    """A draft with a table of so many rows, long texts, many lists and much code."""
    table = "\n".join(f"| 09:{row % 60:02} | event {row} **bold {row}** `code {row}` |" for row in range(rows))
    lists = "\n".join(f"- item {number}\n  - inner {number}\n    - innermost {number}" for number in range(150))
    many = " ".join(f"**b{number}** _i{number}_" for number in range(200))
    parts = (
        f"<details>\n<summary>All of it</summary>\n\n| Time | What |\n|---|---|\n{table}\n\n</details>", lists, many,
        "long " * 3000, "```\n" + "line of a log\n" * 2000 + "```", f"[far](https://example.com/{'x' * 3000})",
    )  # fmt: skip
    return posted(DRAFT + "\n" + "\n\n".join(parts) + "\n")
