"""The page as PDF, laid out by WeasyPrint: print style, page numbers, bookmarks, tags for screen readers."""

import html
import re
from base64 import b64encode
from datetime import datetime

from weasyprint import HTML
from weasyprint.urls import URLFetcher

from pipeline.formats import picture
from pipeline.formats.seal import MARK, seal
from pipeline.times import rfc3339

_PRINT = """
@page { size: A4; margin: 17mm 16mm 18mm;
  @bottom-left { content: string(title); font: 8pt sans-serif; color: #5b6675; }
  @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; color: #5b6675; } }
h1 { string-set: title content(); font-size: 18pt; }
h2 { font-size: 13pt; margin: 18pt 0 6pt; } h3 { font-size: 10.5pt; }
body { font-size: 9.5pt; line-height: 1.4; font-family: "DejaVu Sans", "Liberation Sans", Arial, sans-serif; }
p, li { max-width: none; } p, li { orphans: 2; widows: 2; }
table { font-size: 7.5pt; line-height: 1.35; } thead { display: table-header-group; }
th, td, td:first-child, td:last-child { padding: 2.5pt 6pt 2.5pt 0; min-width: 0; max-width: none; }
td { overflow-wrap: break-word; }
th { white-space: normal; overflow-wrap: normal; hyphens: none; }
td a[href^="#e-"], p a[href^="#e-"], li a[href^="#e-"] { font: 7pt "DejaVu Sans Mono", "Liberation Mono", monospace; }
pre { font-size: 7.5pt; white-space: pre-wrap; overflow-wrap: anywhere; }
summary { list-style: none; color: inherit; font-weight: 600; margin: 4pt 0; }
img.picture { width: 100%; break-inside: avoid; }
"""


_TEXT = re.compile(r"(?<=>)[^<>]+(?=<)")
_LONG = re.compile(r"(?:&\w+;|&#\w+;|[^\s&]){25,}")
_PART = re.compile(r"(?:&\w+;|&#\w+;|[^&]){1,12}")


def write(page: str, at: datetime) -> bytes:
    """The PDF; the same page and time give the same bytes where the same fonts are installed."""
    before, image, after = picture.split(page)
    if image:
        source = b64encode(image.svg.encode()).decode()
        shown = f'<img class="picture" alt="{html.escape(image.text)}" src="data:image/svg+xml;base64,{source}">'
        page = before + shown + after
    page = page.replace("<head>", f'<head>\n<meta name="dcterms.created" content="{rfc3339(at)}">', 1)
    page = re.sub(r"<details\b", "<details open", page.replace("</style>", f"{_PRINT}</style>", 1))
    document = HTML(
        string=_breakable(page), url_fetcher=URLFetcher(allowed_protocols=("data",))
    )  # nothing from elsewhere
    made: bytes = document.write_pdf(pdf_tags=True)
    return seal(made.rstrip() + b"\n%" + MARK)


def _breakable(page: str) -> str:
    """The page with places where a long word (an address, a query) may break, so that no table runs over the edge."""
    head, body, rest = page.partition("<body>")
    return (
        head
        + body
        + _TEXT.sub(lambda text: _LONG.sub(lambda word: "<wbr>".join(_PART.findall(word[0])), text[0]), rest)
    )
