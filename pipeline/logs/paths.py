"""Which files a log source means: globs, rotated sets oldest first, each file once."""

import os
import re
import stat
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from pipeline.event import LogSource
from pipeline.logs.lines import lines, whole
from pipeline.logs.notes import Notes

_ROTATED = re.compile(r"(?P<base>.*?)(?:[-._](?P<date>\d{4}-?\d\d-?\d\d(?:[-_T]?\d{2,6})?))?(?:\.(?P<number>\d{1,4}))?")
COMPARED = 100  # lines of a packed file and of the file beside it
_PACKED = (".gz", ".zst", ".zstd")


class Found(NamedTuple):
    """One file to read; `base` is the same for all files of a rotated set."""

    path: str
    base: str


def files(source: LogSource, seen: dict[tuple[int, int], str], notes: Notes) -> list[Found]:
    """The files of a source, oldest of a rotated set first. `seen` holds the inodes that were taken already."""
    matched: dict[str, None] = {}
    for pattern in source.paths:
        before = len(matched)
        for folder in _closed(pattern):
            notes.add("unreadable", folder, "is a folder that cannot be read (Permission denied)", gap=True)
        matched.update(dict.fromkeys(_expand(pattern, matched)))
        if len(matched) == before and not any(True for _ in _expand(pattern, {})):
            notes.add("no-files", pattern, "matches no file; look at its path in the configuration", gap=True)
    if not source.paths:
        notes.add("no-files", "", "names no file", gap=True)
    ordered = sorted(matched, key=_age)
    taken = [path for path in ordered if _take(path, source, seen, notes)]
    return [Found(path, _age(path)[0]) for path in taken if not _packed_twin(path, taken, notes)]


def _expand(pattern: str, known: dict[str, None]) -> Iterator[str]:
    if pattern in known:
        return
    if os.path.lexists(pattern) or not _is_glob(pattern):
        if os.path.lexists(pattern):
            yield pattern
        return
    root, rest = _rooted(pattern)
    hidden = Path(pattern).name.startswith(".")
    try:
        # pathlib's ** does not follow links to folders, so that a loop of links ends
        for path in root.glob(rest):
            if (hidden or not path.name.startswith(".")) and not path.is_dir():
                yield str(path)
    except (OSError, ValueError, NotImplementedError):
        return


def _rooted(pattern: str) -> tuple[Path, str]:
    return (Path("/"), pattern.lstrip("/")) if pattern.startswith("/") else (Path(), pattern)


def _closed(pattern: str) -> list[str]:
    """The folders that a glob leads through and that may not be looked into: it steps over them without a word."""
    if os.path.lexists(pattern) or not _is_glob(pattern):
        return []
    root, rest = _rooted(pattern)
    names, closed = rest.split("/"), set()
    for number, name in enumerate(names):
        listed = _is_glob(name) or names[number - 1 : number] == ["**"]  # or only gone through
        needed = os.R_OK | os.X_OK if listed else os.X_OK
        for folder in _glob(root, "/".join(names[:number])) if number else [root]:
            if folder.is_dir() and not os.access(folder, needed):
                closed.add(str(folder))
    return sorted(closed)


def _is_glob(pattern: str) -> bool:
    return any(sign in pattern for sign in "*?[")


def _glob(root: Path, pattern: str) -> list[Path]:
    try:
        return list(root.glob(pattern))
    except (OSError, ValueError, NotImplementedError):
        return []


def _age(path: str) -> tuple[str, bool, str, int, str]:
    """Sorts a rotated set from old to new: dated files, then .3, .2, .1, then the one without a number."""
    name = path
    for ending in _PACKED:
        name = name.removesuffix(ending)
    folder, _, file = name.rpartition("/")
    found = _ROTATED.fullmatch(file)
    assert found is not None
    date = found["date"] or ""
    return f"{folder}/{found['base']}", not date, date, -int(found["number"] or 0), path


def _take(path: str, source: LogSource, seen: dict[tuple[int, int], str], notes: Notes) -> bool:
    try:
        status = os.stat(path)  # noqa: PTH116
    except OSError as problem:
        notes.add("unreadable", path, f"cannot be read ({problem.strerror})", gap=True)
        return False
    if stat.S_ISDIR(status.st_mode):
        notes.add("unreadable", path, f"is a folder; name its files, such as {path.rstrip('/')}/*.log", gap=True)
        return False
    if not stat.S_ISREG(status.st_mode):
        notes.add("unreadable", path, "is no regular file", gap=True)
        return False
    inode = (status.st_dev, status.st_ino)
    if inode not in seen:
        seen[inode] = source.name
        return True
    if seen[inode] != source.name:
        notes.add("same-file", path, f"is read once, as a log of {seen[inode]!r}")
    return False


def _packed_twin(path: str, taken: list[str], notes: Notes) -> bool:
    """Whether this is the packed copy of a file that is read anyway, as gzip -k or a rotation under way leaves it."""
    plain = next((path.removesuffix(ending) for ending in _PACKED if path.endswith(ending)), path)
    if plain == path or plain not in taken:
        return False
    try:
        first, other = (list(islice(lines(whole(name), _ignore), COMPARED)) for name in (path, plain))
    except OSError:
        return False  # told when it is read
    if first != other:
        return False
    notes.add("same-file", path, f"begins as {plain} does and is left out as its packed copy")
    return True


def _ignore(kind: str, what: str) -> None:
    """Faults are told when the file is read for good."""
