"""The Jinja2 environments: one that escapes for Markdown, one that escapes for HTML and SVG."""

import json
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from pipeline.draft.citations import FEW, Citations
from pipeline.draft.text import Markdown, clean, excerpt, finalize, link, md

_PACKAGE = Path(__file__).resolve().parent.parent


def folder() -> Path:
    """The templates of the wheel, else of the repository."""
    inside = _PACKAGE / "templates"
    return inside if inside.is_dir() else _PACKAGE.parent / "templates"


@cache
def _loader() -> FileSystemLoader:
    return FileSystemLoader(folder())


@cache
def markdown() -> Environment:
    """For Markdown: whatever a template prints is escaped unless it is Markdown already; None is refused.

    The context holds `citations`, which the filter `cite` adds to.
    """
    made = Environment(
        loader=_loader(), undefined=StrictUndefined, finalize=finalize, autoescape=False,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    made.filters |= {
        "cite": _cite, "excerpt": excerpt, "first_up": _first_up, "link": link, "listed": _listed, "md": md,
        "raw": Markdown, "yaml": _yaml, "yaml_key": Markdown,
    }  # fmt: skip
    return made


@cache
def page() -> Environment:
    """For HTML and SVG: everything is HTML-escaped."""
    return Environment(
        loader=_loader(), undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True,
    )  # fmt: skip


@pass_context
def _cite(context: Context, ids: str | Iterable[str], limit: int = FEW) -> Markdown:
    citations: Citations = context["citations"]
    return citations.cite(ids, limit)


def _first_up(text: str) -> str:
    """A sentence begins with a capital."""
    return text[:1].upper() + text[1:]


def _listed(names: Sequence[str]) -> Markdown:
    return Markdown(", ".join(md(name) for name in names))


def _yaml(value: Any) -> Markdown:
    """A value as YAML on one line; JSON is YAML, once control characters are gone."""
    if isinstance(value, list):
        return Markdown("[" + ", ".join(_yaml(one) for one in value) + "]")
    return Markdown(json.dumps(clean(value) if isinstance(value, str) else value, ensure_ascii=False))
