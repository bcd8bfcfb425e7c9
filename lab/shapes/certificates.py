"""Real TLS certificates with a life of seconds, made by the openssl of this machine."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

_CA = """
[ca]
default_ca = shop
[shop]
database = {home}/index.txt
new_certs_dir = {home}
serial = {home}/serial
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
[leaf]
subjectAltName = IP:127.0.0.1
"""


class Authority:
    """A certificate authority in `home`: `certificate` is its own, which clients trust."""

    def __init__(self, home: Path) -> None:
        self.home, self.certificate = home, home / "ca.pem"
        (home / "ca.cnf").write_text(_CA.format(home=home))
        (home / "index.txt").touch()
        (home / "serial").write_text("1000\n")
        _openssl(home, "req", "-x509", *_key("ca.key"), "-subj", "/CN=Example CA", "-days", "2", "-out", "ca.pem")

    def issue(self, life: timedelta) -> tuple[Path, datetime]:
        """A certificate with its key in one file, and the moment it expires."""
        until = (datetime.now(UTC) + life).replace(microsecond=0)
        _openssl(self.home, "req", *_key("leaf.key"), "-subj", "/CN=payments.example", "-out", "leaf.csr")
        _openssl(
            self.home, "ca", "-batch", "-notext", "-config", "ca.cnf", "-extensions", "leaf", "-in", "leaf.csr",
            "-out", "leaf.crt", "-cert", "ca.pem", "-keyfile", "ca.key",
            "-startdate", f"{until - timedelta(days=1):%Y%m%d%H%M%SZ}", "-enddate", f"{until:%Y%m%d%H%M%SZ}",
        )  # fmt: skip
        both = self.home / "leaf.pem"
        both.write_text((self.home / "leaf.key").read_text() + (self.home / "leaf.crt").read_text())
        return both, until


def _key(name: str) -> tuple[str, ...]:
    return "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", name


def _openssl(home: Path, *words: str) -> None:
    subprocess.run(["openssl", *words], cwd=home, capture_output=True, check=True)
