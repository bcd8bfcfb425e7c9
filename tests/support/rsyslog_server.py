"""A real rsyslog on 127.0.0.1, which writes what it receives over UDP to files in its three usual formats."""

import contextlib
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import servers

FORMATS = {
    "traditional.log": "RSYSLOG_TraditionalFileFormat", "iso.log": "RSYSLOG_FileFormat",
    "protocol.log": "RSYSLOG_SyslogProtocol23Format",
}  # fmt: skip


def _configuration(folder: Path, port: int) -> str:
    files = "\n".join(
        f'action(type="omfile" file="{folder / name}" template="{form}")' for name, form in FORMATS.items()
    )
    return (
        f'module(load="imudp")\ninput(type="imudp" address="127.0.0.1" port="{port}" ruleset="all")\n'
        f'ruleset(name="all") {{\n{files}\n}}\n'
    )


@contextlib.contextmanager
def rsyslog(folder: Path) -> Iterator[Callable[..., None]]:
    """What sends messages to it, one after another, and waits until they are in all files."""
    servers.require("rsyslogd")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (folder / "rsyslog.conf").write_text(_configuration(folder, port))
    argv = ["env", "TZ=UTC", "rsyslogd", "-n", "-f", str(folder / "rsyslog.conf"), "-i", str(folder / "pid")]

    def send(*messages: str) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.connect(("127.0.0.1", port))
            for number, message in enumerate(messages, 1):
                client.send(message.encode())
                servers.wait_for(lambda number=number: _least_lines(folder) >= number)  # type: ignore[misc]

    with (folder / "output.log").open("wb") as log, subprocess.Popen(argv, stdout=log, stderr=log) as running:
        try:
            servers.wait_for(lambda: _listens(port) or running.poll() is not None)
            assert running.poll() is None, (folder / "output.log").read_text()
            yield send
        finally:
            running.terminate()


def _listens(port: int) -> bool:
    """Whether the port is taken: a datagram to one where nobody listens is lost."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def _least_lines(folder: Path) -> int:
    return min(len((folder / name).read_bytes().splitlines()) if (folder / name).exists() else 0 for name in FORMATS)
