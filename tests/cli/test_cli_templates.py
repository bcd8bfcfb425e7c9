"""`befell templates`, and drafts made with templates and fields of one's own."""

from pathlib import Path


def test_templates_are_listed_ejected_and_used(befell, folder):
    assert "sections/impact.md.j2           shipped" in befell("templates", "list").out
    done = befell("templates", "eject", "ours", "--only", "sections/review.md.j2")
    assert (done.code, done.out) == (0, "ours/sections/review.md.j2\n")
    path = folder / "ours/sections/review.md.j2"
    path.write_text(path.read_text().replace('{{ say("Review meeting") }}', "Review of {{ fields.team }}"))
    Path("befell.yaml").write_text(
        Path("befell.yaml").read_text() + "templates: ours\nfields: {team: shop, loss: null}\n"
    )
    assert f"sections/review.md.j2           {folder}/ours" in befell("templates", "list").out
    drafted = befell("draft", "--incident-id", "INC-7")
    text = Path(drafted.out.strip()).read_text()
    assert "## Review of shop" in text
    assert 'team: "shop"\nloss: null\n' in text


def test_what_a_reviewer_writes_into_a_field_stays_and_is_used(befell, folder):
    befell("templates", "eject", "ours", "--only", "sections/review.md.j2")
    path = folder / "ours/sections/review.md.j2"
    path.write_text(path.read_text() + "Loss: {{ fields.loss or 'not known' }}\n")
    Path("befell.yaml").write_text(Path("befell.yaml").read_text() + "templates: ours\nfields: {loss: null}\n")
    draft = Path(befell("draft", "--incident-id", "INC-7").out.strip())
    draft.write_text(draft.read_text().replace("loss: null", "loss: 4000"))
    assert befell("draft", "--incident-id", "INC-7").code == 0
    assert "\nloss: 4000\n" in draft.read_text()
    assert "Loss: 4000\n" in draft.read_text()


def test_no_file_is_overwritten(befell, folder):
    (folder / "templates/sections").mkdir(parents=True)
    (folder / "templates/sections/impact.md.j2").write_text("mine")
    done = befell("templates", "eject")
    assert done.code == 2
    assert "templates/sections/impact.md.j2: is there already." in done.err
    assert [path.name for path in (folder / "templates").rglob("*.j2")] == ["impact.md.j2"]


def test_an_unknown_name_is_told_with_the_nearest(befell):
    done = befell("templates", "eject", "--only", "sections/impct.md.j2")
    assert (done.code, done.out) == (2, "")
    assert "Did you mean sections/impact.md.j2?" in done.err


def test_a_field_cannot_be_called_like_a_key_of_every_draft(befell):
    Path("befell.yaml").write_text(Path("befell.yaml").read_text() + "fields: {severity: high}\n")
    done = befell("draft", "--incident-id", "INC-7")
    assert done.code == 2
    assert "choose another name" in done.err


def test_drafts_are_in_the_language_of_the_configuration_and_edited_ones_keep_theirs(befell, folder):
    config = Path("befell.yaml").read_text()
    draft = Path(befell("draft", "--incident-id", "INC-7").out.strip())
    Path("befell.yaml").write_text(config + "language: de\n")
    assert befell("draft", "--incident-id", "INC-7").code == 0
    german = draft.read_text()
    assert "## Maßnahmen" in german
    assert 'language: "de"' in german
    draft.write_text(german.replace("## Maßnahmen", "## Unsere Maßnahmen"))
    Path("befell.yaml").write_text(config)
    assert befell("draft", "--incident-id", "INC-7").code == 0
    assert "## Unsere Maßnahmen" in draft.read_text()
    assert "## Zusammenfassung" in draft.read_text()
    befell("draft", "--incident-id", "INC-7", "--format", "html", "--output", "page.html")
    assert '<html lang="de">' in Path("page.html").read_text()


def test_a_language_without_words_is_an_error(befell):
    Path("befell.yaml").write_text(Path("befell.yaml").read_text() + "language: tlh\n")
    done = befell("draft", "--incident-id", "INC-7")
    assert done.code == 1
    assert "Known are de, en" in done.err
