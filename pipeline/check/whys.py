"""Whether the five whys are answered, and end at something that can be changed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.check.blame import blamed
from pipeline.check.page import Block, Page
from pipeline.check.rule import Found, rule

_NUMBER = re.compile(r"\d+[.)]\s+")
_LABEL = re.compile(r"_[^_\n]+:_")  # _Answer:_
_ASK = "no evidence found; ask:"
_SYSTEM = re.compile(
    r"\b(?:access|alarm|alert|approval|architecture|automat\w+|backup|budget|build|cache|canar\w+|capacity|check"
    r"|checklist|circuit breaker|client|cluster|code|config\w*|confirmation|coverage|dashboard|database|default"
    r"|depend\w+|deploy\w*|design|documentation|environment|escalation|failover|feature|firewall|flag|gate|guard\w*|hand-?over"
    r"|incentive|index|interface|inventory|isolation|job|library|limit|lint\w*|lock|log\w*|metric|migration|monitor\w*"
    r"|network|on-?call|onboarding|owner\w*|permission|pipeline|platform|policy|pool|probe|procedure|process\w*|protocol"
    r"|provider|quota|queue|rate limit|release|replica\w*|retr(?:y|ies)|review\w*|roll-?back|roll-?out|rota|rotation"
    r"|runbook|safeguard|schedul\w+|schema|script|server|service|setting|signal|software|staging|step|supplier|system"
    r"|template|test\w*|threshold|time-?out|tool\w*|traffic|training|validation|version|workflow)(?:e?s)?\b"
    # German: a stem is enough, since words are joined
    r"|(?:alarm|ablauf|abläuf|überwach|prüf|freigab|grenz|schwell|standard|konfig|werkzeug|datenbank|dienst|zeitplan"
    r"|bereitschaft|absicherung|einstellung|handbuch|zuständigkeit|prozess|verfahren|umgebung|schnittstelle|netz)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Why:
    """A question, the line that it is on, and what was answered, "" for nothing."""

    line: int
    answer: str


def whys(page: Page) -> list[Why]:
    """The questions in their order; where nothing is numbered, each paragraph or list item is an answer."""
    found: list[tuple[int, list[str]]] = []
    blocks = page.within("whys")
    asks = [text for text, senses in page.words.items() if _ASK in senses]
    fact = re.compile("|".join([r"\(#e-", *map(re.escape, [_ASK, *asks])]), re.IGNORECASE)
    numbered = any(_NUMBER.match(block.text) for block in blocks)
    for block in blocks:
        if _NUMBER.match(block.text) if numbered else block.text.strip():
            found.append((block.line, []))
        if found:
            found[-1][1].append(_answer(block, fact))
    return [Why(line, " ".join(part for part in parts if part)) for line, parts in found]


def _answer(block: Block, fact: re.Pattern[str]) -> str:
    if block.kind == "quote":
        return _LABEL.sub("", re.sub(r"(?m)^\s*> ?", "", block.text)).strip()
    if _NUMBER.match(block.text):
        before, asked, after = block.text.rpartition("?")
        return _LABEL.sub("", after if asked else _NUMBER.sub("", before + after, count=1)).strip()
    return "" if fact.search(block.text) else _LABEL.sub("", block.text).strip()


@rule("whys-answered", "error")
def answered(page: Page) -> Iterator[Found]:
    """Each question of the five whys has an answer."""
    found = whys(page)
    if not found:
        yield Found(page.place("analysis"), "has no five whys.", "Ask why until the answer is a system or a process.")
    for number, why in enumerate(found, start=1):
        if not why.answer:
            yield Found(why.line, f"why {number} has no answer.", "Answer it, or delete the question.")


@rule("whys-system-cause", "error")
def system_cause(page: Page) -> Iterator[Found]:
    """The last two answers of the five whys (the last, where there is one only) each name a system or a process, such
    as a test, an alert, a limit or a review, and blame nobody."""
    for why in [why for why in whys(page) if why.answer][-2:]:
        if word := next(blamed(why.answer, page.people), None):
            yield Found(why.line, f"the cause is a person: “{word.word}”.", word.fix)
        elif not _SYSTEM.search(why.answer):
            fix = "Ask once more what in tools, checks, limits or reviews allowed this."
            yield Found(why.line, "the whys end without a system or a process.", fix)
