"""A connector to begin with: as a package of its own, or inside befell's repository."""

import keyword
import re
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipeline.errors import BefellError, UsageError

_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Created:
    """The files that were written, and what to do with them."""

    files: tuple[Path, ...]
    next_steps: str


def create(name: str, folder: Path | None = None) -> Created:
    """Write code, test and page of a connector `name`; UsageError where the name will not do, or a file is there."""
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise UsageError(
            f"{name!r} is no name for a connector.",
            fix="Begin with a small letter; then small letters, digits and _ may follow: status_board.",
        )
    inside = folder is None and _is_befell(Path())
    folder = folder or (Path() if inside else Path(f"befell-{name.replace('_', '-')}"))
    inside = inside or _is_befell(folder)
    module = f"connectors.{name}" if inside else f"befell_{name}"
    words = {
        "name": name, "module": module, "inside": inside, "project": f"befell-{name.replace('_', '-')}",
        "title": "".join(part.capitalize() for part in name.split("_")),
    }  # fmt: skip
    engine = Environment(
        loader=PackageLoader("pipeline.scaffold", "files"), undefined=StrictUndefined, keep_trailing_newline=True,
        autoescape=False,
    )  # fmt: skip
    files = {
        folder / path: engine.get_template(template).render(words) for path, template in _places(name, inside).items()
    }
    _write(files)
    return Created(tuple(files), engine.get_template("next.txt").render(words).strip())


def _places(name: str, inside: bool) -> dict[str, str]:
    """Template by the file that it becomes."""
    if inside:
        return {
            f"connectors/{name}.py": "connector.py.txt",
            f"tests/{name}/test_{name}_connector.py": "test.py.txt",
            f"tests/{name}/test_{name}_contract.py": "contract.py.txt",
            f"docs/connectors/{name}.md": "page.md.txt",
        }
    return {
        "pyproject.toml": "pyproject.toml.txt",
        f"befell_{name}.py": "connector.py.txt",
        f"tests/test_{name}_connector.py": "test.py.txt",
        "README.md": "page.md.txt",
    }


def _is_befell(folder: Path) -> bool:
    return all((folder / part).exists() for part in ("pyproject.toml", "pipeline/connector.py", "connectors"))


def _write(files: dict[Path, str]) -> None:
    """All of them, or none where one is there already."""
    there = [path for path in files if path.exists()]
    if there:
        raise UsageError("is there already.", where=str(there[0]), fix="Choose another name or --dir, or move it away.")
    try:
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    except OSError as problem:
        raise BefellError(
            f"{problem.strerror or problem}.", where=str(problem.filename or ""), fix="Check the folder given by --dir."
        ) from None
