"""`befell draft` as Word and PDF files."""

import sys
from pathlib import Path

from docx import Document


def test_the_name_of_the_file_says_the_format(befell):
    assert befell("draft", "--incident-id", "INC-7", "--output", "review.docx").out == "review.docx\n"
    assert Path("review.docx").read_bytes().startswith(b"PK")


def test_the_file_has_the_name_of_the_incident(befell):
    assert befell("draft", "--incident-id", "INC-7", "--format", "docx").out == "postmortems/INC-7.docx\n"


def test_stdout_gets_the_bytes_of_the_file(folder, capfdbinary):
    from pipeline.cli.main import run

    assert run(["draft", "--incident-id", "INC-7", "--format", "docx", "--output", "a.docx"]) == 0
    capfdbinary.readouterr()
    assert run(["draft", "--incident-id", "INC-7", "--format", "docx", "--output", "-"]) == 0
    assert capfdbinary.readouterr().out == Path("a.docx").read_bytes()


def test_an_untouched_file_is_written_anew_and_an_edited_one_never(befell):
    assert befell("draft", "--incident-id", "INC-7", "--format", "docx").code == 0
    assert befell("draft", "--incident-id", "INC-7", "--format", "docx").code == 0
    file = Path("postmortems/INC-7.docx")
    edited = file.read_bytes().replace(b"befell sha256:", b"another  hash:")
    file.write_bytes(edited)
    done = befell("draft", "--incident-id", "INC-7", "--format", "docx")
    assert done.code == 1
    assert "was edited since befell wrote it" in done.err
    assert file.read_bytes() == edited


def test_a_missing_extra_is_told_before_any_source_is_asked(befell, monkeypatch):
    monkeypatch.setitem(sys.modules, "pipeline.formats.docx", None)
    done = befell("draft", "--incident-id", "INC-7", "--format", "docx")
    assert done.code == 1
    assert "pip install '.[docx]'" in done.err
    assert not Path(".befell").exists()


def test_the_words_of_a_reviewer_are_in_every_format(befell):
    assert befell("draft", "--incident-id", "INC-7").code == 0
    draft = Path("postmortems/INC-7.md")
    draft.write_text(draft.read_text().replace("_Answer:_", "forty customers", 1))
    assert "forty customers" in befell("draft", "--incident-id", "INC-7", "--format", "html", "--output", "-").out
    assert befell("draft", "--incident-id", "INC-7", "--format", "docx").code == 0
    words = "\n".join(paragraph.text for paragraph in Document("postmortems/INC-7.docx").paragraphs)
    assert "forty customers" in words
