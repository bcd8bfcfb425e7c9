"""Tables: a header row that is repeated on every page, columns as wide as their words need."""

from collections.abc import Sequence
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from pipeline.formats.docx_style import CELL, WIDTH_CM
from pipeline.formats.docx_text import Text, inside, words

_CHARACTER_CM = 0.18  # about the width of one at the size of a table
_PADDING_CM = 0.4
_LINE = "DCE1E8"


def table(document: Any, element: Any, text: Text) -> None:
    """Write an HTML table at the end of the document."""
    rows = [list(row) for row in element.iter("tr")]
    if not rows or not rows[0]:
        return
    widths = shares([[words(cell.text_content()) for cell in row] for row in rows])
    style = document.styles[CELL].style_id
    made = document.add_table(rows=0, cols=len(widths))
    made.autofit = False
    _ruled(made)
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Cm(width)
    for cells in rows:
        row = made.add_row()
        _mark(row, "w:cantSplit")
        header = cells[0].tag == "th"
        if header:
            _mark(row, "w:tblHeader")
        for cell, source, width in zip(row.cells, cells, widths, strict=False):
            cell.width = Cm(width)
            paragraph = cell.paragraphs[0]
            paragraph._p.style = style  # by its id: looking it up for each cell takes most of the time
            text.inline(paragraph, inside(source), bold=header or None)
    document.add_paragraph().paragraph_format.space_after = Pt(2)  # or the next table would be joined to this one


def shares(rows: Sequence[Sequence[str]]) -> list[float]:
    """The width of each column in cm, together the text's width: first the longest word, then by the longest text."""
    columns = [[row[index] for row in rows if index < len(row)] for index in range(len(rows[0]))]
    least = [min(max(len(word) for text in column for word in (text.split() or [""])), 22) for column in columns]
    most = [max(min(max(map(len, column)), 70), low) for column, low in zip(columns, least, strict=True)]
    narrow = [low * _CHARACTER_CM + _PADDING_CM for low in least]
    left = WIDTH_CM - sum(narrow)
    if left <= 0:
        return [width * WIDTH_CM / sum(narrow) for width in narrow]
    wish = [high - low + 1 for high, low in zip(most, least, strict=True)]
    return [width + left * one / sum(wish) for width, one in zip(narrow, wish, strict=True)]


def _mark(row: Any, tag: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(tag))


def _ruled(made: Any) -> None:
    """A fine line below each row, and none between columns."""
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", _LINE)):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    made._tbl.tblPr.find(qn("w:tblLayout")).addprevious(borders)  # the order is the schema's
