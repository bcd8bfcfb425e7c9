"""What connectors to alerting systems share: what a word of severity means, and Alertmanager's fingerprint."""

from collections.abc import Mapping

_LEVELS = {
    "critical": ("critical", "crit", "page", "fatal", "emergency", "disaster", "sev1", "sev-1", "p1"),
    "error": ("error", "err", "major", "high", "sev2", "sev-2", "p2"),
    "warning": ("warning", "warn", "minor", "medium", "moderate", "ticket", "average", "sev3", "sev-3", "p3"),
    "info": ("info", "information", "informational", "notice", "low", "none", "sev4", "sev-4", "p4", "p5"),
}
_LEVEL_OF = {word: level for level, words in _LEVELS.items() for word in words}


def level(word: str) -> str:
    """One of `pipeline.event.LEVELS` for an alert's own word of severity or priority; "" where no rule says so."""
    return _LEVEL_OF.get(word.strip().lower(), "")


def fingerprint(labels: Mapping[str, str]) -> str:
    """Alertmanager's fingerprint: FNV-1a, 64 bits, over the sorted `name 0xff value 0xff` (prometheus/common model)."""
    digest = 0xCBF29CE484222325
    for name, value in sorted(labels.items()):
        for byte in b"".join((name.encode(), b"\xff", value.encode(), b"\xff")):
            digest = (digest ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return f"{digest:016x}"
