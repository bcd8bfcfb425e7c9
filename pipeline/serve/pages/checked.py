"""What `befell check` says of a draft that is being edited, by line."""

from pipeline.check import Finding, Kept, Page, chosen, findings
from pipeline.collect.clean import rules
from pipeline.config import Config
from pipeline.redact import Redactor
from pipeline.snapshot import Snapshot
from pipeline.timeline.model import Timeline

MOST = 100  # findings that are shown at once


def checked(text: str, config: Config, evidence: Snapshot, timeline: Timeline) -> list[Finding]:
    """The findings, with the rules and severities of the configuration."""
    page = Page(text, people=config.roles, redactor=Redactor(rules(config)), templates=config.own_templates)
    page.kept = Kept(frozenset(timeline.evidence), evidence.incident.resolved_at)
    return findings(page, "draft", chosen(config.check.rules, "check.rules"))[:MOST]
