"""Text inside a paragraph: runs in bold, italics and code, links to elsewhere and within the document."""

import hashlib
import re
from collections.abc import Sequence
from itertools import count
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from pipeline.formats.picture import CONTROL

_LINK = RGBColor(0x18, 0x58, 0xB8)


def words(text: str | None, *, exact: bool = False) -> str:
    """The text as HTML shows it: white space is one space, except where it is exact."""
    clean = CONTROL.sub("", text or "")
    return clean if exact else re.sub(r"[ \t\r\n]+", " ", clean)


class Text:
    """Writes into paragraphs of one document, and numbers its bookmarks."""

    def __init__(self) -> None:
        self._numbers = count()
        self._links: dict[str, str] = {}  # relationship by address

    def inline(self, paragraph: Any, parts: Sequence[Any], **look: Any) -> None:
        """Add texts and inline elements; `look` is what holds for all of them: bold, italic, strike, code, link."""
        for part in parts:
            if part is None or (not isinstance(part, str) and not isinstance(part.tag, str)):
                continue  # a comment
            if isinstance(part, str):
                self._run(paragraph, words(part), look)
                continue
            if part.tag == "br":
                paragraph.add_run().add_break()
            self.bookmark(paragraph, part.get("id"))
            self.inline(paragraph, inside(part), **{**look, **_look(part)})

    def bookmark(self, paragraph: Any, name: str | None) -> None:
        """Make the paragraph's present end the target of links to `#name`."""
        if not name:
            return
        number = str(next(self._numbers))
        for tag in ("w:bookmarkStart", "w:bookmarkEnd"):
            mark = OxmlElement(tag)
            mark.set(qn("w:id"), number)
            if tag == "w:bookmarkStart":
                mark.set(qn("w:name"), _anchor(name))
            paragraph._p.append(mark)

    def _run(self, paragraph: Any, text: str, look: dict[str, Any]) -> None:
        if not text or (text == " " and not paragraph.text):
            return
        run = paragraph.add_run(text)
        run.bold, run.italic, run.font.strike = look.get("bold"), look.get("italic"), look.get("strike")
        if look.get("code"):
            run.font.name, run.font.size = "Courier New", Pt(8.5)
        if link := look.get("link"):
            run.font.color.rgb = _LINK
            holder = OxmlElement("w:hyperlink")
            if link.startswith("#"):
                holder.set(qn("w:anchor"), _anchor(link[1:]))
            else:
                run.font.underline = True
                holder.set(qn("r:id"), self._relationship(paragraph.part.rels, link))
            paragraph._p.append(holder)
            holder.append(run._r)

    def _relationship(self, known: Any, link: str) -> str:
        """The id of the document's relationship to an address; python-docx would compare each with all before it."""
        if link not in self._links:
            self._links[link] = f"rIdLink{len(self._links) + 1}"
            known.add_relationship(RELATIONSHIP_TYPE.HYPERLINK, link, self._links[link], is_external=True)
        return self._links[link]


def inside(element: Any) -> list[Any]:
    """The texts and elements in an element, in their order."""
    return [element.text, *(part for child in element for part in (child, child.tail))]


def _anchor(name: str) -> str:
    """A bookmark's name: at most 40 letters, digits and `_`, beginning with a letter."""
    fit = re.sub(r"\W", "_", name, flags=re.ASCII)
    plain = fit == name.replace("-", "_") and len(fit) <= 38
    return f"b_{fit}" if plain else f"b_{hashlib.sha256(name.encode()).hexdigest()[:30]}"


def _look(element: Any) -> dict[str, Any]:
    if element.tag == "a":
        return {"link": element.get("href")} if element.get("href") else {}
    return {"strong": {"bold": True}, "em": {"italic": True}, "s": {"strike": True}, "code": {"code": True}}.get(
        element.tag, {}
    )
