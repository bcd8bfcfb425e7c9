"""The Jinja2 environments: one that escapes for Markdown, one that escapes for HTML and SVG."""

import difflib
import json
import re
import traceback
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, TemplateError, pass_context
from jinja2 import TemplateSyntaxError as SyntaxMistake
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from pipeline.draft.citations import FEW, Citations
from pipeline.draft.text import Markdown, clean, excerpt, finalize, link, md
from pipeline.errors import BefellError, UsageError
from pipeline.writing import write_whole

_PACKAGE = Path(__file__).resolve().parent.parent
_MARKER = re.compile(r"<!-- befell:[a-z-]+ -->")
_MISTAKES = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError)
_FIX = "docs/templates.md says what a template may use; without this file the shipped one is used."


def shipped() -> Path:
    """The folder of the templates of the wheel, else of the repository."""
    inside = _PACKAGE / "templates"
    return inside if inside.is_dir() else _PACKAGE.parent / "templates"


def names(folder: Path) -> list[str]:
    """The templates of drafts in a folder, and the words of languages; not the templates of the service's own pages."""
    paths = [*folder.rglob("*.j2"), *folder.glob("words/*.yaml")]
    found = (path.relative_to(folder).as_posix() for path in paths if path.is_file())
    return sorted(name for name in found if not name.startswith("pages/"))


def eject(folder: Path, wanted: Sequence[str] = ()) -> list[Path]:
    """Write the shipped templates, or those wanted, into a folder; the files.

    UsageError where a name is not known or a file is there already: nothing is written then.
    """
    known = names(shipped())
    for name in wanted:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
            hint = f"Did you mean {near[0]}?" if near else "`befell templates list` has the names."
            raise UsageError(f"{name}: there is no such template.", fix=hint)
    files = [(folder / name, (shipped() / name).read_text(encoding="utf-8")) for name in wanted or known]
    for path, _ in files:
        if path.exists():
            raise UsageError(
                "is there already.", where=str(path), fix="Name another folder, or single files with --only."
            )
    for path, text in files:
        try:
            write_whole(path, text.encode())
        except OSError as problem:
            why = problem.strerror or str(problem)
            raise BefellError(f"{why}.", where=str(path), fix="Check the path and its permissions.") from None
    return [path for path, _ in files]


@lru_cache(maxsize=8)
def markdown(folder: Path | None = None) -> Environment:
    """For Markdown: whatever a template prints is escaped unless it is Markdown already; None is refused.

    What stands in `folder` goes before the shipped templates. The context holds `citations`, which the filter `cite`
    adds to.
    """
    made = _engine(folder, finalize=finalize, autoescape=False)
    made.filters |= {
        "cite": _cite, "excerpt": excerpt, "first_up": _first_up, "link": link, "listed": _listed, "md": md,
        "raw": Markdown, "yaml": _yaml, "yaml_key": Markdown,
    }  # fmt: skip
    return made


@lru_cache(maxsize=8)
def page(folder: Path | None = None) -> Environment:
    """For HTML and SVG: everything is HTML-escaped. What stands in `folder` goes before the shipped templates."""
    return _engine(folder, autoescape=True)


def rendered(environment: Environment, name: str, text: Mapping[str, Any], folder: Path | None = None) -> str:
    """The template with this context; BefellError names file and line of one in `folder` that cannot be used."""
    if folder:
        _check(folder)
    try:
        return environment.get_template(name).render(text)
    except _MISTAKES as problem:
        where = _place(problem, folder) if folder else ""
        if not where:
            raise
        what = str(problem).rstrip(".") or type(problem).__name__
        raise BefellError(f"{what}.", where=where, fix=_FIX) from None


def _place(problem: Exception, folder: Path) -> str:
    """File and line of the last template of the folder that was at work; "" where none was."""
    if isinstance(problem, SyntaxMistake) and problem.filename:
        return f"{problem.filename}:{problem.lineno}" if Path(problem.filename).is_relative_to(folder) else ""
    frames = [
        frame for frame in traceback.extract_tb(problem.__traceback__) if Path(frame.filename).is_relative_to(folder)
    ]
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""


def _check(folder: Path) -> None:
    """A section keeps the comment that names it, by which drafts are merged; an empty file leaves the section out."""
    if not folder.is_dir():
        fix = "Name a folder, such as `befell templates eject` writes one, or remove the key `templates`."
        raise BefellError("is no folder.", where=str(folder), fix=fix)
    for path in (folder / "sections").glob("*.md.j2"):
        ours = shipped() / "sections" / path.name
        text = path.read_text(encoding="utf-8", errors="replace")
        if not text.strip() or not ours.is_file():
            continue
        for marker in _MARKER.findall(ours.read_text(encoding="utf-8")):
            if marker not in text:
                what = f"lacks the comment {marker}, by which edited drafts are merged."
                raise BefellError(what, where=f"{path}:1", fix="Write it on a line of its own above the heading.")


def _loader(folder: Path | None) -> BaseLoader:
    ours = FileSystemLoader(shipped())
    return ChoiceLoader([FileSystemLoader(folder), ours]) if folder else ours


def _engine(folder: Path | None, **how: Any) -> Environment:
    """Templates of one's own run in a sandbox; ours need none, which halves the time of large drafts."""
    kind = ImmutableSandboxedEnvironment if folder else Environment
    return kind(
        loader=_loader(folder), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True, **how,
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
