"""What a document has before its text: paper, styles, footer with page numbers, its properties."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

MARGIN_CM, PAPER_CM = 2.0, (21.0, 29.7)  # A4
WIDTH_CM = PAPER_CM[0] - 2 * MARGIN_CM
CODE, CELL = "Code", "Table Text"
_FONT, _CODE_FONT = "Arial", "Courier New"
_INK, _MUTED = RGBColor(0x1D, 0x24, 0x30), RGBColor(0x5B, 0x66, 0x75)
_SIZES: dict[str, float] = {"Title": 20, "Heading 1": 15, "Heading 2": 12, "Heading 3": 11, "Normal": 10, "Quote": 10}


def prepare(document: Any, title: str, at: datetime) -> None:
    """Give an empty document its looks and properties; `at` is when it says that it was made."""
    properties = document.core_properties
    properties.title, properties.author, properties.last_modified_by, properties.comments = (
        title,
        "befell",
        "befell",
        "",
    )
    properties.created = properties.modified = at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    _paper(document, title)
    for name, size in _SIZES.items():
        style = document.styles[name]
        _font(style, _FONT, size)
        style.font.color.rgb = _MUTED if name == "Quote" else _INK
    document.styles["Normal"].paragraph_format.space_after = Pt(6)
    for name, font, size in ((CODE, _CODE_FONT, 8.0), (CELL, _FONT, 8.5)):
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Normal"]
        _font(style, font, size)
        style.paragraph_format.space_after = style.paragraph_format.space_before = Pt(6 if name == CODE else 2)
    _shaded(document.styles[CODE])


def turn(document: Any) -> float:
    """Let what follows lie on its side, on pages of its own; the width of its text in cm."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(PAPER_CM[1]), Cm(PAPER_CM[0])
    return PAPER_CM[1] - 2 * MARGIN_CM


def restart(document: Any, written: Sequence[Any], style: str) -> None:
    """Let the numbers of a list begin at 1: paragraphs of one style go on counting through a whole document."""
    numbering = document.part.numbering_part.element
    styled = document.styles[style].element
    (old,) = (num for num in numbering.num_lst if num.numId == styled.pPr.numPr.numId.val)
    new = numbering.add_num(old.abstractNumId.val)
    new.add_lvlOverride(0).add_startOverride(1)
    for paragraph in written:
        if getattr(paragraph, "style", None) == styled.styleId:
            properties = paragraph.get_or_add_pPr().get_or_add_numPr()
            properties.get_or_add_ilvl().val, properties.get_or_add_numId().val = 0, new.numId


def _paper(document: Any, title: str) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = (Cm(side) for side in PAPER_CM)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(MARGIN_CM)
    footer = section.footer.paragraphs[0]
    footer.style = document.styles["Normal"]  # that of footers has tabs of its own
    footer.paragraph_format.tab_stops.add_tab_stop(Cm(WIDTH_CM), WD_TAB_ALIGNMENT.RIGHT)
    footer.add_run(f"{title}\t")
    _field(footer, "PAGE")
    footer.add_run(" / ")
    _field(footer, "NUMPAGES")
    for run in footer.runs:
        run.font.size, run.font.color.rgb = Pt(8), _MUTED


def _field(paragraph: Any, name: str) -> None:
    """A value that Word counts: the number of this page, or of all."""
    for kind in ("begin", None, "end"):
        run = paragraph.add_run()
        mark = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark.text = name
        run._r.append(mark)


def _shaded(style: Any) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", "F4F6F9")):
        shade.set(qn(f"w:{name}"), value)
    style.element.get_or_add_pPr().insert(0, shade)  # the order is the schema's


def _font(style: Any, name: str, size: float) -> None:
    style.font.name, style.font.size = name, Pt(size)
    fonts = style.element.rPr.rFonts
    for key in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):  # a theme's font would outrank the name
        fonts.attrib.pop(qn(f"w:{key}"), None)
