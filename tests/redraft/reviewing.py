"""A reviewer that edits at random, and drafts from evidence that comes in at random; each edit leaves its own token."""

import random
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache

from support.evidence import alert, errors, event, metric, snapshot

from pipeline import run
from pipeline.redraft.items import Section, headings, sections

SERVICES = ("shop", "cart", "search")


@cache
def drafts(number: int, seed: int = 1) -> tuple[str, ...]:
    """Drafts of one incident, each from other evidence of it."""
    chance = random.Random(seed)
    events = [
        one for clock in range(12, 50, 6) for one in alert(f"09:{clock}", f"Alert {clock % 4}", f"09:{clock + 5}")
    ]
    for clock in range(5, 58, 2):
        kind = chance.choice(("deploy", "change", "message", "status", "action", "page"))
        title = chance.choice(
            ("Roll back the release", "Deploy 4.2", "Errors are down again", "We are looking into it")
        )
        events.append(event(f"09:{clock:02}", kind, f"{title} ({clock})", service=chance.choice(SERVICES)))
    logs = [errors([f"09:{clock}" for clock in range(12, 30 + n)], f"pool {n} exhausted") for n in range(4)]
    values = [0.001] * 60 + [0.2] * 80 + [0.001] * 60
    made = []
    for _ in range(number):
        some = [one for one in events if chance.random() < 0.75]
        found = snapshot(
            *sorted(some, key=lambda one: (one.at, one.id)),
            logs=tuple(one for one in logs if chance.random() < 0.7),
            series=(metric([value * chance.choice((1, 2)) for value in values]),) if chance.random() < 0.7 else (),
        )
        made.append(run.draft(found).text)
    return tuple(made)


@dataclass
class Reviewer:
    """Edits a draft; `tokens` are the words of its own, `gone` the rows that it took out (section, row)."""

    chance: random.Random
    tokens: set[str] = field(default_factory=set)
    gone: set[tuple[str, str]] = field(default_factory=set)
    made: int = 0

    def token(self) -> str:
        self.made += 1
        made = f"zq{self.made}x"
        self.tokens.add(made)
        return made

    def edit(self, text: str) -> str:
        """A few edits; the text may come and go with CRLF."""
        windows = "\r\n" in text
        lines = text.replace("\r\n", "\n").split("\n")
        for _ in range(self.chance.randrange(1, 8)):
            act = self.chance.choice((self.word, self.word, self.cell, self.paragraph, self.row, self.drop, self.wrap,
                                      self.heading, self.move, self.answer))  # fmt: skip
            lines = act(lines)
        if self.chance.random() < 0.2:
            windows = not windows
        return "\n".join(lines).replace("\n", "\r\n" if windows else "\n")

    def _pick(self, lines: list[str], pattern: str) -> int:
        """The line, below the front matter and outside fences, that the edit goes to."""
        first = lines.index("---", 1) + 1
        inside, found = False, []
        for number in range(first, len(lines)):
            inside ^= lines[number].lstrip().startswith("```")
            if not inside and re.search(pattern, lines[number]) and "<!-- befell" not in lines[number][:12]:
                found.append(number)
        return self.chance.choice(found) if found else -1

    def word(self, lines: list[str]) -> list[str]:
        at = self._pick(lines, r"^[A-Z|>-] ?.*\w \w")
        if at >= 0 and not lines[at].startswith("| ---"):
            gaps = [found.start() for found in re.finditer(r"(?<=[\w.,:])(?<!<a) (?=\w)", lines[at])]
            if gaps:
                gap = self.chance.choice(gaps)
                lines[at] = f"{lines[at][:gap]} {self.token()}{lines[at][gap:]}"
        return lines

    def cell(self, lines: list[str]) -> list[str]:
        at = self._pick(lines, r"^\| .* \|.* \|")
        if at >= 0 and "---" not in lines[at] and not lines[at + 1].startswith("| ---"):
            cells = lines[at].split(" | ")
            if len(cells) > 3:
                cells[self.chance.randrange(1, len(cells) - 1)] = f"changed to {self.token()}"
                lines[at] = " | ".join(cells)
                self.tokens = {token for token in self.tokens if any(token in line for line in lines)}
        return lines

    def paragraph(self, lines: list[str]) -> list[str]:
        at = self._pick(lines, r"^$")
        return [*lines[: at + 1], f"A paragraph of my own, {self.token()}.", "", *lines[at + 1 :]]

    def row(self, lines: list[str]) -> list[str]:
        at = self._pick(lines, r"^\| \d\d:\d\d")
        if at < 0:
            return lines
        return [*lines[: at + 1], f"| 09:33:00 | Somebody rang {self.token()} | | phone | |", *lines[at + 1 :]]

    def drop(self, lines: list[str]) -> list[str]:
        at = self._pick(lines, r"^\| (\d\d:\d\d|<!-- befell:action)")
        if at < 0 or any(token in lines[at] for token in self.tokens):
            return lines
        for section in parted("\n".join(lines)):
            rows = [item for item in section.items if item.key]
            once = Counter(item.key for item in rows)
            self.gone |= {(section.key, one.key) for one in rows if one.text == lines[at] and once[one.key] == 1}
        return lines[:at] + lines[at + 1 :]

    def wrap(self, lines: list[str]) -> list[str]:
        at = self._pick(lines, r"^[A-Z].{60,}")
        if at < 0:
            return lines
        half = lines[at].rfind(" ", 0, 50)
        return [
            *lines[:at],
            *((lines[at][:half], lines[at][half + 1 :]) if half > 0 else (lines[at],)),
            *lines[at + 1 :],
        ]

    def heading(self, lines: list[str]) -> list[str]:
        at = self._pick(lines, r"^##+ ")
        lines[at] = f"{lines[at].split(' ')[0]} Überschrift {self.token()}"
        self.tokens = {token for token in self.tokens if any(token in line for line in lines)}
        return lines

    def move(self, lines: list[str]) -> list[str]:
        starts = [n for n, line in enumerate(lines) if line.startswith("<!-- befell:") and "## " in lines[n + 1][:3]]
        if len(starts) < 4:
            return lines
        one = self.chance.randrange(len(starts) - 1)
        part, rest = lines[starts[one] : starts[one + 1]], lines[: starts[one]] + lines[starts[one + 1] :]
        goal = self.chance.choice(
            [n for n, line in enumerate(rest) if line.startswith("<!-- befell:") and "## " in rest[n + 1][:3]]
        )
        return rest[:goal] + part + rest[goal:]

    def answer(self, lines: list[str]) -> list[str]:
        at = self._pick(lines, r"_Answer:_")
        if at >= 0:
            lines[at] += f" {self.token()}"
        return lines


def parted(text: str) -> list[Section]:
    """The sections of a draft."""
    body = text.replace("\r\n", "\n").split("\n---\n", 1)[1]
    return sections(body, headings(body))


def settled(section: Section) -> Counter[tuple[str, str]]:
    """How often each thing with an id stands in a section: rows, actions, comments, evidence."""
    heads = ("label Time (UTC)", "label Rank")  # each of the tables of a section has one
    return Counter((section.key, item.key) for item in section.items if item.key and item.key not in heads)
