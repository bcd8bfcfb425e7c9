"""The page as PDF, laid out by WeasyPrint: print style, page numbers, bookmarks, tags for screen readers."""

import html
import re
from base64 import b64encode
from datetime import datetime

from weasyprint import HTML
from weasyprint.urls import URLFetcher

from pipeline.formats import picture
from pipeline.formats.columns import shares
from pipeline.formats.seal import MARK, seal
from pipeline.times import rfc3339

_PRINT = """
@page { size: A4; margin: 17mm 16mm 18mm;
  @bottom-left { content: string(title); font: 8pt sans-serif; color: #5b6675; }
  @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; color: #5b6675; } }
@page wide { size: A4 landscape; } h2:last-of-type, h2:last-of-type ~ * { page: wide; }
h1 { string-set: title content(); font-size: 18pt; }
h2 { font-size: 13pt; margin: 18pt 0 6pt; } h3 { font-size: 10.5pt; }
body { font-size: 9.5pt; line-height: 1.4; font-family: "DejaVu Sans", "Liberation Sans", Arial, sans-serif; }
p, li { max-width: none; } p, li { orphans: 2; widows: 2; }
table { table-layout: fixed; font-size: 7.5pt; line-height: 1.35; } thead { display: table-header-group; }
th, td, td:first-child, td:last-child { padding: 2.5pt 6pt 2.5pt 0; min-width: 0; max-width: none; }
td { overflow-wrap: anywhere; }
th { white-space: normal; overflow-wrap: anywhere; }
td a[href^="#e-"], p a[href^="#e-"], li a[href^="#e-"] { font: 7pt "DejaVu Sans Mono", "Liberation Mono", monospace; }
pre { font-size: 7.5pt; white-space: pre-wrap; overflow-wrap: anywhere; }
summary { list-style: none; color: inherit; font-weight: 600; margin: 4pt 0; }
img.picture { width: 100%; break-inside: avoid; }
"""


_CHARACTER_CM, _PADDING_CM = 0.16, 0.22  # the width of one in a table, and what is beside the text of a cell
_WIDTH_CM, _WIDE_CM = 17.8, 26.5  # of the text; the last section lists the evidence and lies on its side
_TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
_ROW = re.compile(r"<tr>(.*?)</tr>", re.DOTALL)
_CELL = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", re.DOTALL)


def write(page: str, at: datetime) -> bytes:
    """The PDF; the same page and time give the same bytes where the same fonts are installed."""
    before, image, after = picture.split(page)
    if image:
        source = b64encode(image.svg.encode()).decode()
        shown = f'<img class="picture" alt="{html.escape(image.text)}" src="data:image/svg+xml;base64,{source}">'
        page = before + shown + after
    page = page.replace("<head>", f'<head>\n<meta name="dcterms.created" content="{rfc3339(at)}">', 1)
    page = re.sub(r"<details\b", "<details open", page.replace("</style>", f"{_PRINT}</style>", 1))
    before, last, after = page.rpartition("<h2")
    page = _measured(before, _WIDTH_CM) + last + _measured(after, _WIDE_CM)
    document = HTML(string=page, url_fetcher=URLFetcher(allowed_protocols=("data",)))  # nothing from elsewhere
    made: bytes = document.write_pdf(pdf_tags=True)
    return seal(made.rstrip() + b"\n%" + MARK)


def _measured(page: str, width: float) -> str:
    """The tables with the widths of their columns: the layout's own choice takes long and favours empty columns."""

    def table(found: re.Match[str]) -> str:
        rows = [[_plain(cell) for cell in _CELL.findall(row)] for row in _ROW.findall(found[0])]
        if not rows or not rows[0]:
            return found[0]
        widths = shares(rows, width, _CHARACTER_CM, _PADDING_CM)
        columns = "".join(f'<col style="width: {one:.2f}cm">' for one in widths)
        return found[0].replace("<table>", f"<table><colgroup>{columns}</colgroup>", 1)

    return _TABLE.sub(table, page)


def _plain(cell: str) -> str:
    return html.unescape(re.sub("<[^>]+>", " ", cell))
