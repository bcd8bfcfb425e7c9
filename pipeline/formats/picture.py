"""The picture of the timeline, out of the page: an SVG that needs no style sheet around it, in the colours of paper."""

import re
from typing import NamedTuple

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # what XML cannot hold
_SVG = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_RULE = re.compile(r"^svg[^{}]*\{[^{}]*\}|(?<=\} )svg[^{}]*\{[^{}]*\}", re.MULTILINE)
_FONTS = 'font-family: "DejaVu Sans", "Liberation Sans", Arial, Helvetica, sans-serif'


class Picture(NamedTuple):
    svg: str
    text: str  # what it shows, for who does not see it
    ratio: float  # height by width


def split(page: str) -> tuple[str, Picture | None, str]:
    """What stands before the picture, the picture, and what follows; ("", None, page) where there is none."""
    found = _SVG.search(page)
    if not found:
        return "", None, page
    svg = CONTROL.sub("", found[0])
    styled = svg.replace(">", f"><style>{_style(page)}</style>", 1)
    text = " ".join(re.findall(r"<(?:title|desc) id=[^>]*>([^<]*)<", svg))
    width, height = (float(number) for number in re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)[0])
    return page[: found.start()], Picture(styled, text, height / width), page[found.end() :]


def _style(page: str) -> str:
    """The page's rules for the SVG, with the light colours filled in: converters know no CSS variables."""
    css = page.partition("<style>")[2].partition("</style>")[0]
    colours = dict(re.findall(r"--(\w+): ([^;}]+)", css.partition("@media")[0]))
    rules = "\n".join(
        rule for rule in _RULE.findall(css) if not re.match(r"svg ?\.(befell|halo)", rule)
    )  # no paint-order
    filled = re.sub(r"var\(--(\w+)\)", lambda found: colours.get(found[1], "#000"), rules)
    return f"svg {{ font-size: 12.5px; }} svg text {{ {_FONTS}; }}\n{filled}"
