"""What each section says, and that unknown stays unknown."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from support.timelines import at, empty, rich

from pipeline.draft import render
from pipeline.event import LogSummary
from pipeline.incident import Window
from pipeline.timeline.model import Milestone

HEADINGS = [
    "Summary", "Impact", "Timeline at a glance", "Key timeline", "Full timeline", "Log excerpts", "Root cause analysis",
    "Communications", "What went well", "What was hard", "Action items", "Review meeting", "Data sources", "Evidence",
]  # fmt: skip


def section(draft: str, name: str) -> str:
    found = re.search(rf"^## {name}\n(.*?)(?=^## |\Z)", draft, re.DOTALL | re.MULTILINE)
    assert found, name
    return found[1]


def changed(**milestones):
    timeline = rich()
    return replace(timeline, milestones={**timeline.milestones, **milestones})


def row(timeline, title):
    return next(one for one in timeline.rows if title in one.title)


def with_row(timeline, old, **new):
    return replace(timeline, rows=tuple(replace(one, **new) if one is old else one for one in timeline.rows))


@pytest.mark.parametrize("make", [rich, empty])
def test_headings_are_stable_and_each_has_its_id(make):
    draft = render(make())
    assert re.findall(r"^## (.+)$", draft, re.MULTILINE) == HEADINGS
    ids = re.findall(r"<!-- (befell:[\w:-]+) -->", draft)
    assert len(ids) == len(set(ids))
    assert re.findall(r"<!-- befell:[\w-]+ -->\n## ", draft).__len__() == len(HEADINGS)


def test_an_empty_timeline_asks_and_invents_nothing():
    draft = render(empty())
    assert "None" not in draft.replace("None was found.", "")
    assert draft.count("not found in the evidence:") == 5
    assert not re.search(r"\| --- \|\n(?!\|)", draft), "a table without rows"
    assert "SEV-" not in re.sub(r"SEV-1 to SEV-4", "", draft)


@pytest.mark.parametrize("make", [rich, empty])
def test_layout_has_no_stray_blank_lines(make):
    draft = re.sub(r"```.*?```", "fence", render(make()), flags=re.DOTALL)
    assert "\n\n\n" not in draft
    assert not re.search(r"[ \t]+$", draft, re.MULTILINE)
    assert not re.search(r"[^\n|]\n\| ", draft), "a table needs a blank line before it"


def test_severity_comes_from_the_source_or_stays_open():
    assert "SEV-2 (high: major feature degradation, significant user impact), postmortem required" in render(rich())
    timeline = rich()
    open_ = replace(timeline, incident=replace(timeline.incident, severity=""))
    assert "unknown: which of SEV-1 to SEV-4 applies?" in render(open_)
    hinted = replace(
        open_, severity_suggestion=("SEV-2", "18 % of requests did not succeed", timeline.rows[2].evidence)
    )
    assert (
        "unknown; suggestion: SEV-2, because 18 % of requests did not succeed. Which one applies? | [logche]"
        in render(hinted)
    )
    assert "severity: null" in render(hinted)


def test_a_milestone_that_is_unknown_is_asked_for():
    summary = section(render(changed(acknowledged=None)), "Summary")
    assert "| Acknowledged | not found in the evidence: when did a responder take it on? |" in summary


def test_a_reviewers_milestone_says_so():
    said = Milestone(at=at("09:21:00"), evidence=(), rule="override", confidence="high", overridden=True)
    summary = section(render(changed(detected=said)), "Summary")
    assert re.search(r"\| Detected \| 2026-11-24 09:21:00 \| .* \| set by the reviewer \| .* \| reviewer \|", summary)


def test_milestones_stand_in_the_key_timeline():
    key = section(render(rich()), "Key timeline")
    assert "| 09:20:00 | **Impact start**: the error ratio left its baseline" in key
    assert "| 09:22:10 | **Detected**: CheckoutErrorBudgetBurn (3 firings, resolved 10:04:20)" in key
    assert "| 09:25:40 | **Acknowledged**: Checkout error budget burn |" in key
    assert "| 10:04:20 | **Recovered**: resolved: CheckoutErrorBudgetBurn" in key


def test_an_alert_appears_again_where_it_resolved():
    after = section(render(rich()), "Key timeline").split("### After")[1]
    assert "resolved: Checkout error budget burn" in after


def test_times_keep_the_precision_of_their_source_and_long_windows_have_dates():
    key = section(render(rich()), "Key timeline")
    assert "| 09:31 | Investigating" in key
    timeline = rich()
    long = replace(timeline, window=Window(timeline.window.start, timeline.window.end + timedelta(days=2)))
    key = section(render(long), "Key timeline")
    assert "| 2026-11-24 09:31 | Investigating" in key
    assert key.strip().startswith("All times UTC.")


def test_rows_set_aside_are_named_with_their_reason():
    full = section(render(rich()), "Full timeline")
    assert "- 09:30:00 DiskWillFillIn4Hours: service not affected. [" in full
    assert "DiskWillFillIn4Hours" not in section(render(rich()), "Key timeline")


def test_logs_show_an_exemplar_and_where_it_stands():
    logs = section(render(rich()), "Log excerpts")
    assert "checkout, 09:20:04 to 10:01:37: 4,128 errors, none in the 50 min before. [logche]" in logs
    assert "From logs/web/checkout.log, line 20,418." in logs


def test_records_that_are_counted_only_are_said_to_be():
    timeline = rich()
    rest = LogSummary(service="web", template="", level="info", count=900, first=at("08:40:00"), last=at("10:00:00"))
    logs = section(render(replace(timeline, logs=(*timeline.logs, rest))), "Log excerpts")
    assert "900 further records fell into templates that are counted only" in logs


def test_candidates_are_never_causes():
    analysis = section(render(rich()), "Root cause analysis")
    assert "Candidates, not causes" in analysis
    assert "| 1 | 09:14:05 | Deploy checkout 4.18.0 | 5 min 55 s before | 0.91 |" in analysis
    assert analysis.count("> _Answer:_") == 5


def test_quick_steps_went_well_and_slow_ones_were_hard():
    draft = render(rich())
    well, hard = section(draft, "What went well"), section(draft, "What was hard")
    assert "The alert “CheckoutErrorBudgetBurn” (alertmanager) fired 2 min 10 s after impact start" in well
    assert "The on-call engineer acknowledged 3 min 30 s after detection" in well
    assert "came 8 min 50 s after detection" in well
    assert "“Roll back checkout to 4.17.3” came 32 min 50 s after detection" in hard
    assert "“Restart of checkout pods” at 09:38:12 came before the change that mitigated" in hard
    assert "The alert “CheckoutErrorBudgetBurn” fired 3 times" in hard
    assert "Evidence is missing from slack" in hard


def test_a_message_before_any_alert_asks_for_an_alert():
    timeline = rich()
    message = row(timeline, "Looking at checkout")
    early = replace(message, at=at("09:21:00"), actor_role="")
    said = Milestone(
        at=early.at, evidence=early.evidence, rule="first_report", confidence="medium", reason="first report"
    )
    rows = tuple(sorted((early if one is message else one for one in timeline.rows), key=lambda one: one.at))
    draft = render(
        replace(timeline, rows=rows, milestones={**timeline.milestones, "detected": said},
                durations={**timeline.durations, "time_to_detect_s": 60.0})
    )  # fmt: skip
    assert "was the first sign; the first alert, “CheckoutErrorBudgetBurn”, came 1 min 10 s later" in draft
    assert "Alert on what people saw first: Looking at checkout" in section(draft, "Action items")
    assert "fired 1 min after impact start" not in section(draft, "What went well")


def test_detection_before_impact_start_is_told_as_such_and_not_praised():
    timeline = rich()
    draft = render(replace(timeline, durations={**timeline.durations, "time_to_detect_s": -60.0}))
    assert "fired 1 min before impact start" in section(draft, "Summary")
    assert "| −1 min (time to detect) |" in section(draft, "Summary")
    assert "fired" not in section(draft, "What went well")


def test_slow_detection_is_measured_against_its_limit():
    timeline = rich()
    draft = render(replace(timeline, durations={**timeline.durations, "time_to_detect_s": 900.0}))
    assert "Detection took 15 min, more than 5 min [" in section(draft, "What was hard")
    assert "A6 | Shorten detection" in section(draft, "Action items")


def test_actions_keep_their_numbers_when_others_go():
    timeline = rich()
    steady = with_row(timeline, row(timeline, "CheckoutErrorBudgetBurn"), count=1)
    before, after = (section(render(one), "Action items") for one in (timeline, steady))
    assert "<!-- befell:action:A4 -->" in before
    assert "<!-- befell:action:A4 -->" not in after
    for name in ("A1", "A2", "A3", "A7", "A9"):
        assert f"<!-- befell:action:{name} --> {name} |" in before
        assert f"<!-- befell:action:{name} --> {name} |" in after


def test_both_kinds_of_action_are_always_there_to_fill():
    actions = section(render(empty()), "Action items")
    assert re.search(r"A1 \| _set_ \| _assign_ \| _set_ \| immediate fix", actions)
    assert re.search(r"A2 \| _set_ \| _assign_ \| _set_ \| long-term", actions)


def test_no_status_post_is_asked_for():
    timeline = rich()
    silent = replace(timeline, rows=tuple(one for one in timeline.rows if one.kind != "status"))
    draft = render(silent)
    assert "No status post was found" in section(draft, "Communications")
    assert "<!-- befell:action:A8 -->" in draft


def test_the_review_is_due_and_roles_attend():
    review = section(render(rich()), "Review meeting")
    assert "Due by 2026-11-26 10:08:00 UTC, within 48 h of resolution. [riuhsg]" in review
    assert "| on-call engineer | _assign_ | ☐ |" in review
    assert review.count("incident commander") == 1


def test_sources_account_for_every_record():
    sources = section(render(rich()), "Data sources")
    assert "| web-logs | 91,240 | 91,238 | 2 | 61,022 | 2 | 0 | 30,214 | 734,003,200 |" in sources
    assert "12 × e-mail address" in sources
    assert "- slack, truncated (evidence is missing): the search stopped at 10,000 messages" in sources
