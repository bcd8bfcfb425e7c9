"""Real journal files for tests: entries in the journal export format, through systemd-journal-remote."""

import itertools
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import servers

REMOTE = "/lib/systemd/systemd-journal-remote"
AT_US = 1795512240123456  # 2026-11-24T09:24:00.123456Z
START, STOP = "39f53479d3a045ac8e11786248231fbf", "9d1aaa27d60140bd96365438aad20286"
FAIL, RESTART = "d9b373ed55a64feb8242e02dbe79a49c", "5eb03494b6584870a536b337290809b3"
_BOOT_US = 1795400000000000


def entry(message: str | bytes | None, at_us: int = AT_US, **fields: str) -> dict[str, Any]:
    """An entry by checkout.service on web-1."""
    usual = {"PRIORITY": "6", "_SYSTEMD_UNIT": "checkout.service", "_HOSTNAME": "web-1", "_TRANSPORT": "stdout"}
    said = {} if message is None else {"MESSAGE": message}
    return {"__REALTIME_TIMESTAMP": str(at_us), **usual, **said, **fields}


def of_unit(message_id: str, at_us: int = AT_US, unit: str = "checkout.service", **fields: str) -> dict[str, Any]:
    """An entry by which systemd tells of a unit."""
    by = {"_SYSTEMD_UNIT": "init.scope", "_TRANSPORT": "journal", "MESSAGE_ID": message_id, "UNIT": unit}
    return entry(f"{unit}: news.", at_us, **by, **fields)


def write(path: Path, entries: list[dict[str, Any]]) -> Path:
    """A journal file with these entries."""
    servers.require(REMOTE, "journalctl")
    path.parent.mkdir(parents=True, exist_ok=True)
    exported = b"".join(_exported(one) for one in entries)
    subprocess.run([REMOTE, "-o", str(path), "-"], input=exported, check=True, capture_output=True)
    return path


def _exported(fields: dict[str, Any]) -> bytes:
    """https://systemd.io/JOURNAL_EXPORT_FORMATS: a value with control characters goes with its length before it."""
    since_boot = int(fields["__REALTIME_TIMESTAMP"]) - _BOOT_US
    lines = [b"__MONOTONIC_TIMESTAMP=%d\n_BOOT_ID=%s\n" % (since_boot, b"ad7d95bd5bb84f3fb9b0a8ae2e5d8f35")]
    for name, text in fields.items():
        value = text if isinstance(text, bytes) else str(text).encode()
        plain = all(byte >= 32 for byte in value) and b"\xff" not in value
        head = b"=" if plain else b"\n" + struct.pack("<Q", len(value))
        lines.append(name.encode() + head + value + b"\n")
    return b"".join(itertools.chain(lines, [b"\n"]))


@contextmanager
def place(base: Path) -> Iterator[dict[str, Any]]:
    """Settings of a connector to a journal with an error and a unit that failed."""
    early = entry("up", AT_US - 3600 * 10**6)
    write(base / "web.journal", [early, entry("boom", PRIORITY="3"), of_unit(FAIL, AT_US + 1, UNIT_RESULT="exit-code")])
    yield {"files": ["*.journal"]}
