"""Levels: whatever a source calls them, one of critical, error, warning, info, debug or "" (unknown)."""

import re
from collections.abc import Container

from pipeline.event import LEVELS
from pipeline.lines.masked import masked_start

_WORDS = {
    "critical": "emerg emergency alert crit critical fatal panic f",
    "error": "error err severe failure e eror",
    "warning": "warning warn w",
    "info": "info information informational notice i log statement",
    "debug": "debug trace verbose fine finer finest d t dbg",
}
_LEVEL = {word: level for level, words in _WORDS.items() for word in words.split()}
_SYSLOG = ("critical", "critical", "critical", "error", "warning", "info", "info", "debug")  # RFC 5424, table 2
_NEAR = 160  # characters from the start of a masked message in which a level word counts
_FIND = re.compile(
    r"\b(FATAL|CRITICAL|CRIT|EMERG|ALERT|PANIC|SEVERE|ERROR|ERR|WARNING|WARN|NOTICE|INFO|LOG|DEBUG|TRACE|FINE)\b"
    r"|\[(?:[\w.-]+:)?((?i:emerg|alert|crit|critical|fatal|error|err|warn|warning|notice|info|debug|trace))\]"
    r"|\b(?:level|lvl|severity)[=:]\s?[\"']?([A-Za-z]+)"
    r"|(?:^|\s)(fatal|panic|error|warning|warn|Error|Fatal|Warning|Panic)(?: error)?:"
    r"|(Traceback \(most recent call last\)|\b[\w.$]*(?:Exception|Error)\b)"
)
_RANK = {level: number for number, level in enumerate(LEVELS)}


def normal(word: object) -> str:
    """The level that a field's value names: a word, a pino/bunyan number (10 to 60) or a syslog number (0 to 7)."""
    if isinstance(word, bool) or word is None:
        return ""
    if isinstance(word, str) and word.isascii() and word.isdigit() and len(word) < 4:
        word = int(word)
    if isinstance(word, (int, float)):
        number = int(word) if 0 <= word < 100 else -1
        if 0 <= number <= 7:
            return _SYSLOG[number]
        return {1: "debug", 2: "debug", 3: "info", 4: "warning", 5: "error", 6: "critical"}.get(number // 10, "")
    return _LEVEL.get(word.strip().lower(), "") if isinstance(word, str) else ""


def words(wanted: Container[str]) -> tuple[str, ...]:
    """The words, of more than a letter, that name one of these levels."""
    return tuple(word for word, level in _LEVEL.items() if level in wanted and len(word) > 1)


def from_priority(priority: int) -> str:
    """The level of a syslog <PRI>: its last three bits are the severity."""
    return _SYSLOG[priority & 7]


def from_status(status: int) -> str:
    """HTTP: a server error is an error; a client's mistake is not the service's."""
    return "error" if 500 <= status <= 599 else "info"


def find(text: str) -> str:
    """The level that the first level word near the start of a message gives; "" where there is none."""
    found = _FIND.search(masked_start(text, 2 * _NEAR), 0, _NEAR)
    if not found:
        return ""
    word = found[1] or found[2] or found[3] or found[4]
    return _LEVEL.get(word.lower(), "") if word else "error"


def worst(one: str, other: str) -> str:
    return one if _RANK[one] <= _RANK[other] else other


def rank(level: str) -> int:
    """0 for critical, rising; unknown comes last."""
    return _RANK[level]
