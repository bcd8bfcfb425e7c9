"""The page as DOCX: its HTML, block by block, as paragraphs, lists and tables with Word's own styles."""

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import resvg_py
from docx import Document
from docx.shared import Cm
from lxml import html

from pipeline.formats import docx_style, picture
from pipeline.formats.docx_table import table
from pipeline.formats.docx_text import Text, inside, words
from pipeline.formats.seal import MARK, SIZE, seal

_IMAGE = "befell-image"
_BLOCKS = {"h1", "h2", "h3", "h4", "p", "ul", "ol", "div", "table", "details", "summary", "pre", "blockquote", "hr"}
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip archive can state


def write(page: str, at: datetime) -> bytes:
    """The DOCX; the same page and time give the same bytes where the same fonts are installed."""
    before, image, after = picture.split(page)
    tree = html.document_fromstring(f'{before}<div id="{_IMAGE}"></div>{after}' if image else page)
    document = Document()
    docx_style.prepare(document, tree.findtext(".//title") or "", at)
    main = tree.find(".//main")
    _Writer(document, image, main.findall(".//h2")[-1:]).blocks(main)
    packed = io.BytesIO()
    document.save(packed)
    return _sealed(packed.getvalue())


class _Writer:
    """Writes blocks of HTML to the end of a document."""

    def __init__(self, document: Any, image: picture.Picture | None, last: Sequence[Any]) -> None:
        self._document, self._image, self._text = document, image, Text()
        self._last, self._width = last, docx_style.WIDTH_CM
        self._by_tag: dict[str, Callable[..., object]] = {
            "div": self._div, "table": self._table, "details": self.blocks, "summary": self._summary, "pre": self._pre,
            "blockquote": self._quote, "hr": lambda *_: None, "ul": self._list, "ol": self._list,
        }  # fmt: skip

    def blocks(self, element: Any, style: str = "Normal", depth: int = 0) -> str:
        """What stands inside an element: its blocks, and the text between them as paragraphs of that style.

        Returns the style that goes on after it: the second paragraph of an item has no bullet of its own.
        """
        loose: list[Any] = [element.text]
        for child in element:
            if child.tag in _BLOCKS:
                style = _following(self._paragraph(loose, style), style)
                style = self._block(child, style, depth)
                loose = [child.tail]
            else:
                loose += [child, child.tail]
        return _following(self._paragraph(loose, style), style)

    def _block(self, element: Any, style: str, depth: int) -> str:
        if element.tag == "p":
            return self.blocks(element, style, depth)
        if element.tag in self._by_tag:
            self._by_tag[element.tag](element, style, depth)
        else:
            if element in self._last:  # the list of evidence has more columns than fit upright
                self._width = docx_style.turn(self._document)
            heading = self._paragraph(inside(element), "")
            heading.style = "Title" if element.tag == "h1" else f"Heading {int(element.tag[1]) - 1}"
            self._text.bookmark(heading, element.get("id"))
        return style

    def _paragraph(self, parts: Sequence[Any], style: str) -> Any:
        """A paragraph of texts and inline elements; none where there is nothing to see and nothing to link to."""
        if style and not any(words(part).strip() if isinstance(part, str) else part is not None for part in parts):
            return None
        paragraph = self._document.add_paragraph(style=style or None)
        self._text.inline(paragraph, parts)
        return paragraph

    def _div(self, element: Any, style: str, depth: int) -> None:
        if element.get("id") == _IMAGE and self._image:
            wide = docx_style.WIDTH_CM
            png = resvg_py.svg_to_bytes(svg_string=self._image.svg, zoom=2, background="#ffffff")
            shape = self._document.add_picture(io.BytesIO(png), width=Cm(wide), height=Cm(wide * self._image.ratio))
            shape._inline.docPr.set("descr", self._image.text)
        else:
            self.blocks(element, style, depth)

    def _table(self, element: Any, *_: Any) -> None:
        table(self._document, element, self._text, self._width)

    def _summary(self, element: Any, *_: Any) -> None:
        """What was folded is shown, under its title."""
        paragraph = self._paragraph([element], "Normal")
        for run in paragraph.runs if paragraph is not None else ():
            run.bold = True

    def _pre(self, element: Any, *_: Any) -> None:
        self._document.add_paragraph(words(element.text_content().rstrip("\n"), exact=True), style=docx_style.CODE)

    def _quote(self, element: Any, _style: str, depth: int) -> None:
        self.blocks(element, "Quote", depth)

    def _list(self, element: Any, _style: str, depth: int) -> None:
        kind = "List Number" if element.tag == "ol" else "List Bullet"
        style = kind if depth == 0 else f"{kind} {min(depth + 1, 3)}"
        start = len(self._document.element.body)
        for item in element:
            self.blocks(item, style, depth + 1)
        if element.tag == "ol":
            docx_style.restart(self._document, self._document.element.body[start - 1 :], style)


def _following(written: Any, style: str) -> str:
    return re.sub("Bullet|Number", "Continue", style) if written is not None else style


def _sealed(packed: bytes) -> bytes:
    """The archive with the same times in it whenever it is made, and with its hash as comment."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, _EPOCH), old.read(name), zipfile.ZIP_DEFLATED)
        new.comment = MARK + b"0" * SIZE
    return seal(made.getvalue()[:-SIZE])
