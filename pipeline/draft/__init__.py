"""The postmortem draft: Markdown and HTML from a timeline alone. No clock, no network, no disk but the templates."""

from pipeline.draft import analysis, events, gantt, sources, summary, templates
from pipeline.draft.citations import Citations
from pipeline.draft.document import seal
from pipeline.draft.html import render_html
from pipeline.draft.style import PLAIN, Style
from pipeline.draft.text import Markdown
from pipeline.draft.view import View
from pipeline.timeline.model import Timeline

__all__ = ["PLAIN", "Style", "render", "render_html"]

SECTIONS = (
    "summary", "impact", "picture", "timeline", "full", "logs", "analysis", "communications", "learnings", "actions",
    "review", "sources", "evidence",
)  # fmt: skip


def render(timeline: Timeline, style: Style = PLAIN) -> str:
    """The draft as Markdown with YAML front matter; the same timeline and style give the same bytes.

    BefellError where a template of the style cannot be used.
    """
    spoken = style.spoken()
    view, citations = View(timeline, spoken), Citations(timeline.evidence, spoken.told)
    context = {
        "citations": citations,
        "language": spoken.code,
        "say": spoken.say,
        "zone": timeline.zone,
        "sections": SECTIONS,
        "fields": dict(style.fields),
        "front": summary.front(view),
        "summary": summary.summary(view),
        "impact": summary.impact(view),
        "gantt": gantt.gantt(view),
        "key": events.key(view),
        "full": events.full(view),
        "logs": events.logs(view),
        "candidates": analysis.candidates(view),
        "whys": analysis.whys(view),
        "fishbone": analysis.fishbone(view),
        "detect": analysis.detection_gap(view),
        "communications": events.communications(view),
        "well": analysis.well(view),
        "hard": analysis.hard(view),
        "actions": analysis.actions(view),
        "review": sources.review(view),
        "sources": sources.sources(view),
        "evidence": lambda: sources.evidence(view, citations),
        "br": Markdown("<br>"),
        "blank": spoken.say("_set_"),
    }
    folder = style.templates
    return seal(templates.rendered(templates.markdown(folder), "draft.md.j2", context, folder))
