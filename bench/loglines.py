"""Log lines to measure with: made by rule, the same bytes each time, of templates that are known.

Each line is `2026-11-24T09:26:46.123Z LEVEL component: message`, some 120 bytes; frequent templates are far more
frequent than rare ones (Zipf). Variables are whole tokens that hold a digit, as ids, numbers, addresses and times do.
"""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import numpy as np

START = datetime(2026, 11, 24, tzinfo=UTC)
TEMPLATES, VARIANTS = 1_362, 192
_LEVELS = ("INFO",) * 70 + ("DEBUG",) * 15 + ("WARN",) * 10 + ("ERROR",) * 5
_COMPONENTS = "checkout cart payment catalog search mail stock ledger session router cache queue"
_DONE = "accepted rejected retried stored loaded released opened closed renewed expired merged skipped queued sent"
_THINGS = "order basket invoice voucher shipment address customer token product price batch lease"
_WHERE = (
    "for user {n} in {ms}", "from {ip} with trace {hex}", "on shard {k} after {ms} and {k} attempts",
    "by worker {w} as {uuid}",
    "at {path} with status {k}", "to {ip} took {ms} of {ms}", "in region {w} holding {n} bytes",
    "under key {hex} at revision {n}",
)  # fmt: skip
_TAILS = (
    "; the pool holds {k} of {k} connections", "; next run at {n}", "; the caller waited {ms} for the lock",
    "; lag is {n} records",
    "; the response had {n} bytes", "; the cache answered in {ms}", "", "; parent span {hex}",
)  # fmt: skip


def templates() -> list[tuple[str, str]]:
    """(level, text with {names} of variables) of each template; more frequent ones come first."""
    chance = random.Random(7)
    words = (_COMPONENTS.split(), _THINGS.split(), _DONE.split())
    every = [f"{a}: {b} {c} {d}{e}" for a, b, c, d, e in product(*words, _WHERE, _TAILS)]
    return [(chance.choice(_LEVELS), text) for text in chance.sample(every, TEMPLATES)]


def bodies() -> tuple[list[bytes], list[float]]:
    """VARIANTS lines of each template, one template after the other, without their time; how often each comes."""
    chance = random.Random(11)
    lines, weights = [], []
    for rank, (level, text) in enumerate(templates(), start=1):
        lines += [f" {level} {text.format_map(_Values(chance))}\n".encode() for _ in range(VARIANTS)]
        weights += [1 / rank] * VARIANTS
    total = sum(weights)
    return lines, [weight / total for weight in weights]


class _Values(dict[str, str]):
    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self._chance = chance

    def __getitem__(self, name: str) -> str:
        number = self._chance.getrandbits(128)
        return {
            "n": str(number % 10**6),
            "k": str(number % 97),
            "ms": f"{number % 9999}ms",
            "w": f"w{number % 40}",
            "hex": f"{number:032x}"[:15] + "0",
            "ip": f"10.{number % 251}.{number // 251 % 241}.{number // 65521 % 239}:{1024 + number % 60000}",
            "uuid": f"{number:032x}"[:8] + f"-{number % 65536:04x}-4{number % 4096:03x}-a000-{number:032x}"[:28],
            "path": f"/v{1 + number % 3}/items/{number % 10**5}",
        }[name]


def blocks(lines: int, span: timedelta, start: datetime = START, seed: int = 0) -> Iterator[tuple[bytes, np.ndarray]]:
    """The lines of each second, and the number of the template of each, counted from 0."""
    pool, weights = bodies()
    cumulated = np.cumsum(weights)
    chance = np.random.default_rng(seed)
    seconds = int(span.total_seconds())
    thousandths = [f".{number:03}Z".encode() for number in range(1000)]
    for second in range(seconds):
        count = lines * (second + 1) // seconds - lines * second // seconds
        chosen = np.minimum(np.searchsorted(cumulated, chance.random(count)), len(pool) - 1)
        after = np.sort(chance.integers(0, 1000, count)).tolist()
        head = (start + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%S").encode()
        said = zip(after, chosen.tolist(), strict=True)
        yield b"".join([head + thousandths[ms] + pool[one] for ms, one in said]), chosen // VARIANTS


def write(path: Path, lines: int, span: timedelta, start: datetime = START, seed: int = 0) -> Counter[int]:
    """Write so many lines over a span of time; how many there are of each template."""
    counts = np.zeros(TEMPLATES, dtype=np.int64)
    with path.open("wb") as file:
        for block, numbers in blocks(lines, span, start, seed):
            file.write(block)
            counts += np.bincount(numbers, minlength=TEMPLATES)
    return Counter({number: int(count) for number, count in enumerate(counts) if count})
