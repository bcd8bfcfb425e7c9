"""The rich timeline with texts that are made to break a document."""

import itertools
from dataclasses import replace

from support.timelines import rich

from pipeline.event import Exemplar
from pipeline.timeline.model import Timeline

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "a | b | c",
    "`` ` ``` code",
    "# not a heading",
    "1. not a list",
    "[click](javascript:alert(1))",
    "![x](https://evil.example/x.png)",
    "</details></td></table><h1>out",
    "<!-- befell:summary -->",
    "line one\nline two\r\n\r\n## three",
    "--- \n---",
    "trailing backslash \\",
    "*bold* _em_ ~~gone~~ $x$",
    "https://evil.example www.evil.example",
    "title: section ; #35; %% gantt",
    "\u202egnp.exe\u0000\u2028next",
    "&lt;b&gt; &#60;i&#62;",
    "]]> --> ``` </code>",
    "@everyone x@y.example",
)


def hostile(texts: tuple[str, ...] = HOSTILE) -> Timeline:
    """The rich timeline with every text that a source could have written replaced by texts made to break a document."""
    base = rich()
    turn = itertools.cycle(texts)

    def bad() -> str:
        return next(turn)

    return replace(
        base,
        incident=replace(
            base.incident,
            id=bad(),
            title=bad(),
            severity="",
            severity_raw=bad(),
            services=(bad(),),
            url=bad(),
            source=bad(),
        ),
        rows=tuple(
            replace(
                row,
                title=bad(),
                service=bad(),
                sources=(bad(),),
                rule=bad(),
                aside=bad() if row.aside else "",
                url=bad(),
                actor_role=bad(),
            )
            for row in base.rows
        ),
        trigger_candidates=tuple(replace(one, title=bad(), reason=bad()) for one in base.trigger_candidates),
        signals=tuple(replace(one, name=bad(), service=bad(), unit=bad()) for one in base.signals),
        series=tuple(replace(one, name=bad(), unit=bad()) for one in base.series),
        logs=tuple(
            replace(
                one,
                template=bad(),
                service=bad(),
                level="error",
                reason=bad(),
                source=bad(),
                exemplars=(Exemplar(at=one.first, text="\n".join(texts) + "\n````\n<b>", path=bad(), line=3),),
            )
            for one in base.logs
        ),
        evidence={
            name: replace(one, title=bad(), source=bad(), kind=bad(), url=bad(), query=bad(), unit=bad(), body=bad())
            for name, one in base.evidence.items()
        },
        milestones={name: one and replace(one, reason=bad()) for name, one in base.milestones.items()},
        notices=tuple(replace(one, kind=bad(), detail=bad(), source=bad()) for one in base.notices),
        accounts={bad(): account for account in base.accounts.values()},
        redactions={bad(): 1},
        severity_suggestion=("SEV-2", bad(), base.rows[0].evidence),
    )
