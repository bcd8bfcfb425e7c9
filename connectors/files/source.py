"""Opening files: which ones a path or glob means, and their text, whatever packed or encoded it."""

import codecs
import glob
import gzip
import io
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO, cast

import zstandard

from pipeline.errors import SourceError

_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
DAMAGE = (EOFError, OSError, zlib.error, zstandard.ZstdError, UnicodeError)


def matches(base: Path, path: str) -> list[Path]:
    """The files that a path or glob names below `base`, sorted; SourceError where there is none.

    A path that exists is taken as it is, also with brackets in its name.
    """
    full = base / Path(path).expanduser()
    if os.path.lexists(full):
        return [full]
    found = sorted(one for one in map(Path, glob.glob(str(full), recursive=True)) if not one.is_dir())  # noqa: PTH207
    if not found:
        what = "matches no file." if glob.has_magic(path) else "is not there."
        raise SourceError(what, where=path, fix="Check the path: it is relative to the configuration file.")
    return found


@contextmanager
def opened(path: Path, shown: str, *, newline: str | None = None) -> Iterator[TextIO]:
    """The text of a file: UTF-8, or UTF-16 where its byte order mark says so; gzip or zstd by content, not by name.

    Bytes that are no UTF-8 become lone surrogates (see `clean`). SourceError where it cannot be opened; reading may
    raise one of DAMAGE.
    """
    if path.exists() and not path.is_file():
        raise SourceError("is a folder or device, not a file.", where=shown, fix="Name files, such as folder/*.jsonl.")
    try:
        raw = path.open("rb")
    except OSError as problem:
        why = problem.strerror or str(problem)
        raise SourceError(f"cannot be read: {why}.", where=shown, fix="Check the path and its permissions.") from None
    with raw:
        plain = _unpacked(raw)
        start = plain.peek(2)[:2]
        encoding, errors = ("utf-16", "replace") if start in _UTF16 else ("utf-8-sig", "surrogateescape")
        yield io.TextIOWrapper(cast(BinaryIO, plain), encoding=encoding, errors=errors, newline=newline)


def _unpacked(raw: io.BufferedReader) -> io.BufferedReader:
    start = raw.peek(4)[:4]
    if start.startswith(_GZIP):
        return io.BufferedReader(cast(io.RawIOBase, gzip.GzipFile(fileobj=raw)))
    if start == _ZSTD:
        return io.BufferedReader(_Zstd(raw))
    return raw


class _Zstd(io.RawIOBase):
    """zstd frames, one after the other; EOFError where the last one is cut short, which the library does not say."""

    def __init__(self, raw: io.BufferedReader) -> None:
        self._raw, self._ready, self._frame, self._packed = raw, b"", zstandard.ZstdDecompressor().decompressobj(), b""
        self._started = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        while not self._ready:
            packed = self._packed or self._raw.read(65536)
            if not packed:
                if self._started:
                    raise EOFError("the last zstd frame is cut short")
                return 0
            self._ready, self._started = self._frame.decompress(packed), True
            self._packed = b""
            if self._frame.eof:
                self._packed, self._started = self._frame.unused_data, False
                self._frame = zstandard.ZstdDecompressor().decompressobj()
        size = min(len(buffer), len(self._ready))
        buffer[:size], self._ready = self._ready[:size], self._ready[size:]
        return size


def clean(text: str) -> str:
    """The text without lone surrogates: a byte that was no UTF-8 is written as \\udcXX, so that it stays visible."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def damage(problem: BaseException) -> str:
    """What is wrong with a file that could not be read to its end, for a notice."""
    if isinstance(problem, EOFError):
        return "its packed data is cut short"
    return f"its data is damaged ({str(problem)[:120]})"
