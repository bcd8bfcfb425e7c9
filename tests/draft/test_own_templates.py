"""Templates and fields of one's own: a file replaces one template alone, and mistakes say where they are."""

import re
from pathlib import Path

import pytest
from support.hostile import hostile
from support.timelines import rich

from pipeline.draft import Style, render, render_html
from pipeline.draft.document import split
from pipeline.draft.templates import eject, names, shipped
from pipeline.errors import BefellError
from pipeline.redraft import redraft

IMPACT = "<!-- befell:impact -->\n## Impact on customers\n\n{} of {{{{ summary.id }}}}\n\n"


def own(folder: Path, text: str, name: str = "sections/impact.md.j2") -> Style:
    """A style with one template of one's own."""
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    return Style(templates=folder)


def test_a_file_replaces_one_section_alone(tmp_path):
    draft = render(rich(), own(tmp_path, IMPACT.format("Losses")))
    assert "## Impact on customers\n\nLosses of INC-42\n\n<!-- befell:picture -->" in draft

    def others(text):
        return [part for part in re.split(r"^<!-- befell:", text, flags=re.M)[1:] if not part.startswith("impact ")]

    assert others(draft)[:8] == others(render(rich()))[:8]


def test_an_empty_file_leaves_the_section_out(tmp_path):
    draft = render(rich(), own(tmp_path, "", "sections/logs.md.j2"))
    assert "befell:logs" not in draft
    assert "<!-- befell:analysis -->" in draft


def test_the_page_and_its_picture_can_be_replaced_too(tmp_path):
    style = own(tmp_path, "<!doctype html><title>{{ title }}</title>{{ fields.team }}{{ body }}", "page.html.j2")
    page = render_html(render(hostile()), hostile(), Style(templates=style.templates, fields={"team": "<b>"}))
    assert "<title>&lt;script&gt;" in page
    assert "&lt;b&gt;" in page


def test_what_a_template_of_ones_own_prints_is_escaped(tmp_path):
    draft = render(hostile(("| <b>",)), own(tmp_path, IMPACT.format("x")))
    assert r"x of \| &lt;b&gt;" in draft


def test_what_was_ejected_gives_the_same_draft(tmp_path):
    files = eject(tmp_path)
    assert [path.relative_to(tmp_path).as_posix() for path in files] == names(shipped())
    assert render(rich(), Style(templates=tmp_path)) == render(rich())
    assert render_html(render(rich()), rich(), Style(templates=tmp_path)) == render_html(render(rich()), rich())


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("{{ nothing }}\n", 4, "'nothing' is undefined"),
        ("{% if impact.nothing %}{% endif %}\n", 4, "has no attribute 'nothing'"),
        ("{% if %}\n", 4, "Expected an expression"),
        ("{{ 'x'|shout }}\n", 4, "No filter named 'shout'"),
        ("{{ None }}\n", 4, "prints text and whole numbers only, not None"),
        ("{{ 1 // 0 }}\n", 4, "zero"),
        ("{% include 'missing.md.j2' %}\n", 4, "missing.md.j2"),
        ("{{ ''.__class__.__mro__ }}\n", 4, "unsafe"),
        ("{% set fact = {'say': 'row'} %}\n{% include 'fact.md.j2' %}\n", 5, "has no attribute"),
    ],
)
def test_a_mistake_names_file_and_line(tmp_path, text, line, what):
    style = own(tmp_path, "<!-- befell:impact -->\n## Impact\n\n" + text)
    with pytest.raises(BefellError) as told:
        render(rich(), style)
    assert told.value.where == f"{tmp_path}/sections/impact.md.j2:{line}"
    assert what in told.value.what
    assert "docs/templates.md" in told.value.fix


def test_a_template_reads_no_file_but_templates(tmp_path):
    (tmp_path.parent / "secret").write_text("secret")
    with pytest.raises(BefellError, match=r"\.\./secret"):
        render(rich(), own(tmp_path, "<!-- befell:impact -->\n{% include '../secret' %}"))


def test_a_section_keeps_the_comment_by_which_drafts_are_merged(tmp_path):
    with pytest.raises(BefellError, match=r"impact\.md\.j2:1: lacks the comment <!-- befell:impact -->"):
        render(rich(), own(tmp_path, "## Impact\n"))


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(BefellError, match="is no folder"):
        render(rich(), Style(templates=tmp_path / "none"))


def test_fields_stand_in_the_front_matter_and_in_templates(tmp_path):
    style = own(tmp_path, IMPACT.format("{{ fields.tier }}: {{ fields.loss or 'not known' }}"))
    fields = {"tier": "gold: #1", "loss": None, "teams": ["shop", "a\nb"], "paid": True, "cost": 4711}
    draft = render(rich(), Style(templates=style.templates, fields=fields))
    assert {name: split(draft)[0][name] for name in fields} == fields | {"teams": ["shop", "a b"]}
    assert "gold: #1: not known of INC-42" in draft


def test_an_edited_draft_is_merged_after_a_template_was_changed(tmp_path):
    base = render(rich())
    mine = base.replace("how many were affected, and what did they see? _Answer:_", "how many? Some 4,000.")
    mine = mine.replace("## What went well", "## What went well for us")
    new = render(
        rich(), own(tmp_path, "<!-- befell:hard -->\n<!-- befell:well -->\n## Well\n", "sections/learnings.md.j2")
    )
    done = redraft(base, mine, new)
    assert "Some 4,000." in done.text
    assert "## What went well for us" in done.text


def test_an_edited_draft_of_templates_of_ones_own_is_merged(tmp_path):
    style = own(tmp_path, IMPACT.format("Losses"))
    base = render(rich(), style)
    mine = base.replace("Losses of INC-42", "Losses of 4,000 EUR")
    own(tmp_path, IMPACT.format("Losses") + "And a question\n\n")
    done = redraft(base, mine, render(rich(), style))
    assert "Losses of 4,000 EUR" in done.text
    assert "And a question" in done.text
    assert not done.conflicts
