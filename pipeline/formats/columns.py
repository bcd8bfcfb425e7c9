"""How wide the columns of a table are: as their words need it."""

import math
from collections.abc import Sequence

_WORD = 14  # characters; a longer word may be broken


def shares(rows: Sequence[Sequence[str]], width: float, character: float, padding: float) -> list[float]:
    """The width of each column, together `width`: first room for its longest word, then by how much text it holds."""
    columns = [[row[index] for row in rows if index < len(row)] for index in range(len(rows[0]))]
    least = [min(max(len(word) for text in column for word in (text.split() or [""])), _WORD) for column in columns]
    narrow = [low * character + padding for low in least]
    left = width - sum(narrow)
    if left <= 0:
        return [one * width / sum(narrow) for one in narrow]
    wish = [_beyond(column, low) for column, low in zip(columns, least, strict=True)]
    return [one + left * more / sum(wish) for one, more in zip(narrow, wish, strict=True)]


def _beyond(column: Sequence[str], low: int) -> float:
    """How much text a cell holds, on average, beyond its longest word; the power keeps one column from taking all."""
    return 0.5 + math.pow(sum(max(0, len(text) - low) for text in column) / len(column), 0.75)
