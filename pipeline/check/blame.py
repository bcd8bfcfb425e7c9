"""Words that blame, and what to write instead; where the verb alone blames nobody, a person must be the subject."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.check.names import names


@dataclass(frozen=True, slots=True)
class Blaming:
    """A word that blames, where it begins, and what to write instead."""

    start: int
    word: str
    fix: str


_PERSON = (  # xx stands for a name
    r"(?:x{2,}|someone|somebody|nobody|no one|everyone|everybody|anyone|anybody|whoever|he|she|they|we|you|i|who|people"
    r"|persons?|engineers?|developers?|devs?|operators?|admins?|administrators?|dbas?|sres?|responders?|on-?call(?:er)?"
    r"|colleagues?|contractors?|consultants?|interns?|trainees?|juniors?|managers?|management|leads?|reviewers?|authors?"
    r"|commanders?|employees?|staff|individuals?|guys?|teams?|leadership|maintainers?|committers?|technicians?|analysts?)"
)
# What may stand between a person and the verb: adverbs, where they are, what they had done.
_BETWEEN = (
    r"(?:,? (?:\w+ly|also|again|once again|just|then|still|all|both|on duty|on call|in charge|at the time|at first"
    r"|(?:on|of|in|from|for|at) (?:the |this |that |our )?[\w-]+(?: [\w-]+)?|who (?:[\w'’-]+ ){1,8}?[\w'’-]+),?){0,2}?"
)


def _by(verbs: str) -> str:
    """A person, and what they did."""
    return rf"\b{_PERSON}(?:'s|’s)?{_BETWEEN} (?:{verbs})"


_CONDITIONS = "Say what the conditions were: time, tools, information; leave out what people are like."
_SYSTEM = "Say what in the system allowed it, and leave out whose fault it was."
_HINTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "Say what people saw and knew then, and which check or signal would have told them.",
        (
            _by(
                r"(?:should(?: not|n['’]t)?|ought to|could|might)(?: never| \w+ly)? have"
                r" (?!(?:more|less|enough|something|some|any|an?|the|no|our|one|two|better|access)\b)\w+"
            ),
        ),
    ),
    (
        "Name the step or tool that made the error easy, and the check that was missing.",
        (
            r"\b(?:human|operator|pilot|admin|manual|people)[ -]errors?\b",
            r"\b(?:an?|the|this|that|his|her|their|our|my|your|by|big|honest|rookie|beginner['’]?s) mistakes?\b",
        ),
    ),
    (
        _CONDITIONS,
        (
            r"\b(?:careless|negligen|incompeten|stupid|idiot|foolish|reckless|irresponsib|unprofessional|inattenti"
            r"|thoughtless|clueless|slopp[iy]|laz[iy]|inexcusab|ignoran[tc]|blindly|fat-finger|amateur)\w*",
            r"\binexperienced (?:engineer|developer|operator|colleague|person|admin|team|staff)\w*",
            r"\b(?:poor|bad|questionable) judge?ment\b",
            r"\black(?:s|ed|ing)?(?: of)?(?: the| any)? (?:discipline|care|attention|competence|diligence)\b",
            r"\b(?:pay|paid|paying) (?:any |more |enough |close )?attention\b",
            r"\bcommon sense\b|\btypical of (?:them|him|her)\b",
            r"\b(?:terrible|awful|poor|bad|lousy) job\b",
        ),
    ),
    (
        _SYSTEM,
        (
            r"\bblam(?:e|ed|es|ing)\b|\bguilty\b|\bat fault\b|\bwhose fault\b|['’]s fault\b",
            r"\b(?:our|his|her|their|my|your) (?:own )?fault\b",
            rf"\bfault of (?:the |an? |our |this )?(?:[\w-]+ )?{_PERSON}\b",
            rf"\bculprits? (?:was|is|were) (?:the |an? |our )?(?:[\w-]+ )?{_PERSON}\b",
            rf"\b{_PERSON}\b[^.;:]{{0,60}}? the culprit",
            rf"\b{_PERSON}\b[^.;:]{{0,60}}? responsible for (?:the|this|that|our) (?:[\w-]+ )?"
            r"(?:outage|incident|failure|error|loss|downtime|damage)\b",
            r"\bwho (?:is|was) (?:to blame|responsible|guilty)\b|\bwho (?:did this|broke|caused|forgot)\b",
        ),
    ),
    (
        "Say which reminder, alert or check was not there, or did not reach anyone.",
        (
            _by(
                r"(?:forgot|neglect|overlook|violat|disregard|disobey|ignored?\b|miss(?:ed|es)\b|fail(?:s|ed)? to\b)\w*"
            ),
            _by(
                r"(?:did|do|does)(?: not|n['’]t) (?:\w+ly )?(?:bother|care|follow|read|check|test|notice|think|look"
                r"|answer|ask|consider|double|verify|reali[sz]|understand|communicate|escalate|respond)\w*"
            ),
            _by(r"(?:misread|misunderst\w+|refused|chose to|wasted|panicked|lacked|bothered|cared|felt responsible)\b"),
            _by(r"(?:cut corners|dropped the ball|never (?:checked|tested|read|asked|looked))\b"),
            _by(
                r"(?:(?:was|were) (?:asleep|(?:far |much )?too (?:slow|late|lazy|busy))|took (?:far |much )?too long)\b"
            ),
            _by(r"(?:wrong|incorrect|mistaken|accidental|hasti)ly\b"),
            rf"\b(?:forgotten|overlooked|ignored|neglected|missed) by (?:the |an? |our )?(?:[\w-]+ )?{_PERSON}\b",
            r"\b(?:neglected|forgot|bothered? to|cut(?:ting)? corners|dropp(?:ed|ing) the ball)\b",
            r"\b(?:nobody|no one|none of us) (?:even )?(?:thought|cared|looked|asked|noticed|bothered|felt)\b",
            r"\btaking the trouble\b",
        ),
    ),
    (
        "Say which guardrail let the command or the change through.",
        (
            _by(r"(?:broke|took down|brought down|crashed|destroyed|corrupted|caused|made a (?:mess|mistake|error))\b"),
            _by(
                r"(?:deleted|dropped|wiped|removed|erased|overwrote|truncated|pushed|deployed|shipped|ran|chose|typed"
                r"|used|restarted|changed|picked|edited)\b[^.;,]{0,40}?"
                r" (?:wrong|broken|untested|production|prod|primary|live|bad)"
            ),
            r"\brushed (?:by|through|out)\b|\bmade a mess\b|\bby mistake\b",
        ),
    ),
    (
        "It was not plain to see then: say what was known, and leave the judgement out.",
        (
            r"\b(?:obviously|of course)\b|\bclearly (?:did|should|had)\w*",
            r"\bsimply (?:did|do|had|have|forgot|needed|ignored|should)\b",
            r"\b(?:would|could|might) (?:never |not |easily |simply )?have been (?:\w+ly )?"
            r"(?:prevented|avoided|caught|spotted)\b",
            r"\bwould (?:never|not) have happened if\b|\bavoidable\b|\bbad idea\b|\bback to bite\b",
            rf"\bif (?:only )?(?:the |an? )?(?:[\w-]+ )?{_PERSON} (?:had |have )?(?:simply |only |just )?"
            r"(?:paid|followed|read|asked|checked|looked)\b",
            r"\bany (?:attentive|competent|sane|decent|experienced)\b",
        ),
    ),
)
_RULES = tuple((re.compile(pattern, re.IGNORECASE), fix) for fix, patterns in _HINTS for pattern in patterns)


def blamed(text: str, people: Mapping[str, str]) -> Iterator[Blaming]:
    """Each word that blames, in no order; names count as persons, also those in `people`."""
    told = text
    for name in names(text, people):
        told = f"{told[: name.start()]}{'x' * len(name[0])}{told[name.end() :]}"
    for pattern, fix in _RULES:
        for found in pattern.finditer(told):
            yield Blaming(found.start(), " ".join(text[found.start() : found.end()].split()).strip(".;| "), fix)
