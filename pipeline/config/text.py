"""The YAML text: plain values, the line of every key, and `${VAR}` and `${file:path}` filled in."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from pipeline.errors import ConfigError

Loc = tuple[int | str, ...]
_VARIABLE = re.compile(r"\$\$\{|\$\{([^}]*)\}")


class Problems:
    """Every mistake of one file, each with its line; `tree` is the YAML with its positions."""

    def __init__(self, path: Path, tree: Any) -> None:
        self.path, self.tree = path, tree
        self.secrets: set[str] = set()
        self._found: list[tuple[int, str]] = []
        self._places: set[Loc] = set()

    def add(self, loc: Sequence[int | str], what: str, fix: str = "") -> None:
        """One more mistake; what follows from one already told, at this place or inside it, is left out."""
        here = tuple(loc)
        if any(place[: len(here)] == here for place in self._places):
            return
        self._places.add(here)
        shown, line = self._place(loc)
        for secret in self.secrets:
            what, fix = what.replace(secret, "[hidden]"), fix.replace(secret, "[hidden]")
        self._found.append((line, f"{self.path}:{line}: {shown}: {what} {fix}".strip()))

    def __bool__(self) -> bool:
        return bool(self._found)

    def error(self) -> ConfigError:
        """All of them, one a line, in the order of the file."""
        return ConfigError("\n".join(text for _, text in sorted(self._found, key=lambda found: found[0])))

    def _place(self, loc: Sequence[int | str]) -> tuple[str, int]:
        """`connectors[1].url` and its line; steps that the file does not have (a union's tag) are left out."""
        node, shown, line = self.tree, "", 0
        for position, step in enumerate(loc):
            inside = step in node if isinstance(node, CommentedMap) else _has(node, step)
            if inside:
                try:
                    line = node.lc.key(step)[0] if isinstance(node, CommentedMap) else node.lc.item(step)[0]
                except (KeyError, AttributeError):  # a key that a merge (`<<`) brought in
                    line = node.lc.line
                node = node[step]
            elif position < len(loc) - 1 or isinstance(step, int) or not isinstance(node, CommentedMap):
                continue
            shown += _shown(step, first=not shown)
        return shown or "the file", line + 1


def _shown(step: int | str, first: bool) -> str:
    """`[1]`, `.url`, or `["a b"]`: a key that is no plain word stands apart, so that a secret in it is seen as one."""
    if isinstance(step, int):
        return f"[{step}]"
    if not re.fullmatch(r"[\w-]+", step):
        return step if first else f'["{step}"]'
    return step if first else f".{step}"


def _has(node: Any, step: int | str) -> bool:
    return isinstance(node, CommentedSeq) and isinstance(step, int) and 0 <= step < len(node)


def read(path: Path) -> Any:
    """The YAML of a file with its positions; ConfigError where it cannot be read."""
    try:
        return YAML(typ="rt").load(path.read_text(encoding="utf-8-sig"))
    except OSError as problem:
        why = problem.strerror or "cannot be read"
        raise ConfigError(f"{why}.", where=str(path), fix="Name the file with --config.") from None
    except UnicodeDecodeError:
        raise ConfigError("is not UTF-8 text.", where=str(path), fix="Save it as UTF-8.") from None
    except MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        what = re.sub(r'^(found duplicate key "[^"]*").*', r"\1", str(problem.problem or "is no YAML"))
        line = mark.line + 1 if mark else 1
        raise ConfigError(f"{what}.", where=f"{path}:{line}", fix="Mend the YAML here or just above.") from None
    except YAMLError:
        raise ConfigError("is no YAML.", where=str(path), fix="See config.example.yaml.") from None


def plain(node: Any) -> Any:
    """The same values as plain Python, every key a string."""
    if isinstance(node, Mapping):
        return {str(key): plain(value) for key, value in node.items()}
    if isinstance(node, (list, tuple)):
        return [plain(value) for value in node]
    for kind in (bool, int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return node if node is None else str(node)


def filled(value: Any, environ: Mapping[str, str], base: Path, problems: Problems, loc: Loc = ()) -> Any:
    """The value with `${VAR}` and `${file:path}` filled in (`$${` stands for `${`); what is missing is a problem."""
    if isinstance(value, dict):
        return {key: filled(part, environ, base, problems, (*loc, key)) for key, part in value.items()}
    if isinstance(value, list):
        return [filled(part, environ, base, problems, (*loc, index)) for index, part in enumerate(value)]
    if not isinstance(value, str):
        return value

    def one(found: re.Match[str]) -> str:
        if found[1] is None:
            return "${"
        text = _looked_up(found[1], environ, base, problems, loc)
        if len(text) >= 4:  # a shorter one would hide parts of ordinary words, and is no secret
            problems.secrets.add(text)
        return text

    return _VARIABLE.sub(one, value)


def _looked_up(name: str, environ: Mapping[str, str], base: Path, problems: Problems, loc: Loc) -> str:
    if name.startswith("file:"):
        try:
            return (base / Path(name[5:]).expanduser()).read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError, ValueError) as problem:
            why = getattr(problem, "strerror", None) or "is not UTF-8 text"
            problems.add(loc, f"the file {name[5:]} cannot be read: {why}.", "Write it, or mend the path.")
    elif not re.fullmatch(r"[A-Za-z_]\w*", name):
        problems.add(loc, f"${{{name}}} names no variable.", "Write ${NAME}, ${file:path}, or $${ for the text itself.")
    elif name in environ:
        return environ[name]
    else:
        problems.add(loc, f"the environment variable {name} is not set.", f"Set {name} before running befell.")
    return ""
