"""Reading journals by journalctl, which alone knows every version of their format.

One run a file: journalctl gives nothing at all where one of several files is damaged. The fields of its JSON:
https://systemd.io/JOURNAL_EXPORT_FORMATS/.
"""

import glob
import json
import math
import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from connectors.journald.settings import JournaldSettings
from pipeline import times
from pipeline.errors import SourceError
from pipeline.event import Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Window

FIELDS = (
    "MESSAGE,MESSAGE_ID,PRIORITY,SYSLOG_IDENTIFIER,UNIT,USER_UNIT,COREDUMP_UNIT,UNIT_RESULT,"
    "_SYSTEMD_UNIT,_SYSTEMD_USER_UNIT,_TRANSPORT,_HOSTNAME"
)
HERE = "the journal of this machine"
_FIX = "Check the path, that the file is a whole journal, and that this account may read it (group systemd-journal)."
Entry = dict[str, Any]


class Journal:
    """The configured journals. Raises SourceError where none can be read."""

    def __init__(self, settings: JournaldSettings, http: Http) -> None:
        self._settings, self._http = settings, http

    @property
    def where(self) -> str:
        return ", ".join(map(str, self._settings.files)) or HERE

    def paths(self) -> list[Path | None]:
        """The files; None for the journal of this machine."""
        if not self._settings.files:
            return [None]
        found = [Path(one) for path in self._settings.files for one in sorted(glob.glob(str(path)))]  # noqa: PTH207
        if not found:
            raise SourceError("there is no such file.", where=self.where, fix="Check files.")
        return list(dict.fromkeys(found))

    def entries(self, window: Window, *matches: str) -> Iterator[Entry | Notice | Rejected]:
        """The entries of the window, a file after another; a file that cannot be read is a gap."""
        since, until = math.floor(window.start.timestamp()), math.ceil(window.end.timestamp())
        span = [f"--since=@{since}", f"--until=@{until}"]
        failed: list[SourceError] = []
        paths = self.paths()
        for path in paths:
            try:
                yield from self._of(path, *span, *(f"--unit={unit}" for unit in self._settings.units), *matches)
            except SourceError as problem:
                if not self._http.remaining():
                    raise
                failed.append(problem)
        if len(failed) == len(paths):
            raise failed[0]
        for one in failed:
            yield Notice(kind="unreadable", detail=str(one), gap=True)

    def begins(self) -> datetime | None:
        """The time of the first entry of all; None where there is none."""
        found = []
        for path in self.paths():
            try:
                first = next((one for one in self._of(path) if isinstance(one, dict)), None)
            except SourceError:
                continue
            if first:
                found.append(time_of(first))
        return min(found, default=None)

    def _of(self, path: Path | None, *arguments: str) -> Iterator[Entry | Notice | Rejected]:
        """The entries that one run of journalctl prints, as they come; the hint that some are not shown is a gap."""
        where = str(path) if path else HERE
        file = [f"--file={path}"] if path else []
        command = ["journalctl", "--no-pager", "--utc", "--all", "--output=json", f"--output-fields={FIELDS}"]
        with tempfile.TemporaryFile() as said, self._running([*command, *file, *arguments], said, where) as process:
            assert process.stdout
            for number, line in enumerate(process.stdout, 1):
                if line.startswith(b"{"):
                    yield _entry(line, f"{where}, entry {number}")
            code = process.wait()
            said.seek(0)
            words = " ".join(said.read(4000).decode("utf-8", "replace").split())
        if not self._http.remaining():
            raise self._http.too_late(where)
        if code:
            raise SourceError(f"journalctl failed: {words[:300] or code}.", where=where, fix=_FIX)
        if "not seeing messages" in words:
            yield Notice(kind="hidden", detail=f"{where}: {words[:300]}", gap=True)

    @contextmanager
    def _running(self, command: list[str], said: IO[bytes], where: str) -> Iterator[subprocess.Popen[bytes]]:
        """journalctl, which is ended at the deadline and when its output is not wanted any more."""
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "SYSTEMD_COLORS": "0"}
        try:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, env=environment)
        except FileNotFoundError:
            fix = "Install systemd, or export the journal to a file."
            raise SourceError("the command journalctl is not there.", where=where, fix=fix) from None
        deadline = threading.Timer(self._http.remaining(), process.kill)
        deadline.daemon = True
        deadline.start()
        try:
            yield process
        finally:
            deadline.cancel()
            process.kill()
            process.wait()
            if process.stdout:
                process.stdout.close()


def _entry(line: bytes, where: str) -> Entry | Rejected:
    try:
        found: Entry = json.loads(line)
        time_of(found)
    except (ValueError, LookupError, TypeError) as problem:
        return Rejected(where=where, why=f"cannot be understood: {problem}"[:200])
    return found


def time_of(entry: Entry) -> datetime:
    """When the journal received it: µs since 1970, as a string."""
    return times.from_epoch(int(entry["__REALTIME_TIMESTAMP"]))


def text_of(entry: Entry, name: str) -> str:
    """A field as text: bytes that are no UTF-8 come as a list of numbers, a field that was set twice as a list."""
    found = entry.get(name)
    if isinstance(found, list) and found and all(isinstance(one, int) for one in found):
        return bytes(found).decode("utf-8", "replace")
    if isinstance(found, list):
        return text_of({name: found[0]}, name) if found else ""
    return "" if found is None else str(found)


def unit_of(entry: Entry) -> str:
    """The unit that an entry is about: what systemd says of a unit names it in a field of its own."""
    names = ("UNIT", "USER_UNIT", "COREDUMP_UNIT", "_SYSTEMD_UNIT", "_SYSTEMD_USER_UNIT")
    return next((text for name in names if (text := text_of(entry, name))), "")
