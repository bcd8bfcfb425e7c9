"""The draft for other programs: DOCX and PDF, made from its HTML page. Each is an extra, imported when asked for."""

from datetime import datetime
from importlib import import_module
from typing import Any

from pipeline.errors import BefellError
from pipeline.formats.seal import is_file_format, is_untouched

__all__ = ["FORMATS", "check", "convert", "is_file_format", "is_untouched"]

FORMATS = ("docx", "pdf")
_PANGO = "apt install libpango-1.0-0 libpangoft2-1.0-0 on Debian and Ubuntu, brew install pango on macOS"


def check(form: str) -> None:
    """BefellError, with the command that installs it, where a format cannot be written here."""
    _module(form)


def convert(form: str, page: str, at: datetime) -> bytes:
    """The HTML page as a DOCX or PDF file; `at` is the time that the file states, so that its bytes do not change."""
    written: bytes = _module(form).write(page, at)
    return written


def _module(form: str) -> Any:
    try:
        return import_module(f"pipeline.formats.{form}")
    except ImportError as problem:
        what = f"--format {form} needs the extra {form!r} ({problem.name} is not installed)."
        raise BefellError(
            what, fix=f"Install it from the checkout: pip install '.[{form}]', or pipx install --force '.[{form}]'."
        ) from None
    except OSError:  # WeasyPrint is there, the library that lays out its text is not
        raise BefellError("--format pdf needs the library Pango.", fix=f"Install it: {_PANGO}.") from None
