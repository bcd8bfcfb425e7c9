"""Tables: a header row that is repeated on every page, columns as wide as their words need."""

from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from pipeline.formats.columns import shares
from pipeline.formats.docx_style import CELL
from pipeline.formats.docx_text import Text, inside, words

_CHARACTER_CM, _PADDING_CM = 0.18, 0.4  # about the width of one at the size of a table
_LINE = "DCE1E8"


def table(document: Any, element: Any, text: Text, wide: float) -> None:
    """Write an HTML table at the end of the document, `wide` cm wide."""
    rows = [list(row) for row in element.iter("tr")]
    if not rows or not rows[0]:
        return
    texts = [[words(cell.text_content()) for cell in row] for row in rows]
    widths = shares(texts, wide, _CHARACTER_CM, _PADDING_CM)
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
