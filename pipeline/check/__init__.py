"""Whether a draft is fit to be published: rules over its text, each with an id, a severity, and a line to mend."""

from collections.abc import Mapping
from difflib import get_close_matches

from pipeline.check import actions, evidence, framework, hints, prompts, secrets, sections, whys
from pipeline.check.page import Kept, Page
from pipeline.check.rule import LEVELS, OFF, Finding, Rule
from pipeline.errors import UsageError

__all__ = ["LEVELS", "RULES", "Finding", "Kept", "Page", "Rule", "chosen", "findings"]

RULES: tuple[Rule, ...] = (
    framework.front_matter, framework.severity_set, framework.severity_consistent, framework.postmortem_required,
    framework.review_within_48h, framework.milestones_order,
    sections.section_missing, sections.section_empty, prompts.prompt_left,
    whys.answered, whys.system_cause,
    actions.empty, actions.owner, actions.due, actions.kind, actions.priority, actions.verification, actions.types,
    actions.tracker,
    evidence.evidence_exists, secrets.secret, hints.blaming_words, hints.personal_name,
)  # fmt: skip


def chosen(levels: Mapping[str, str], where: str) -> dict[str, str]:
    """The severity of every rule, `levels` first; UsageError, naming `where`, for a rule or severity that is none."""
    known = {one.id: one.level for one in RULES}
    for name, level in levels.items():
        if name not in known:
            near = get_close_matches(name, known, n=1)
            fix = f"Did you mean {near[0]}?" if near else f"Rules are {', '.join(known)}."
            raise UsageError(f"{name!r} is no rule.", where=where, fix=fix)
        if level not in (OFF, *LEVELS):
            fix = f"Write {OFF}, {', '.join(LEVELS[:-1])} or {LEVELS[-1]}."
            raise UsageError(f"{name}={level}: there is no such severity.", where=where, fix=fix)
    return {**known, **levels}


def findings(page: Page, file: str, levels: Mapping[str, str]) -> list[Finding]:
    """What the rules that are not off find in a draft, by line; no secret of the draft is in it."""
    found = [
        Finding(file, one.line, rule.id, levels[rule.id], page.redactor.text(one.what), page.redactor.text(one.fix))
        for rule in RULES
        if levels[rule.id] != OFF
        for one in rule.find(page)
    ]
    return sorted(found, key=lambda one: (one.line, -LEVELS.index(one.level)))
