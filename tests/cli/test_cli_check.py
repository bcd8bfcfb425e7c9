"""`befell check` on the command line: files, severities, exit codes, and the evidence that it knows."""

import json
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GOOD, BAD = ROOT / "docs/check/good.md", ROOT / "docs/check/bad.md"


@pytest.fixture
def drafts(folder: Path) -> Path:
    """The current folder, with a good and a bad draft."""
    shutil.copy(GOOD, "good.md")
    shutil.copy(BAD, "bad.md")
    return folder


def test_a_good_draft_passes_and_a_bad_one_does_not(befell, drafts) -> None:
    good, bad = befell("check", "good.md"), befell("check", "good.md", "bad.md")
    assert (good.code, good.out) == (0, "0 errors, 0 warnings, 0 hints in 1 draft\n")
    assert bad.code == 1
    assert bad.out.endswith(" in 2 drafts\n")


def test_the_level_decides_what_fails(befell, drafts) -> None:
    Path("hint.md").write_text(Path("good.md").read_text() + "\nDaniel found the right host.\n")
    assert befell("check", "hint.md").code == 0
    assert befell("check", "hint.md", "--level", "warning").code == 0
    assert befell("check", "hint.md", "--level", "hint").code == 1
    Path("befell.yaml").write_text(Path("befell.yaml").read_text() + "check: {level: hint}\n")
    assert befell("check", "hint.md").code == 1


def test_rules_are_switched_in_the_configuration_and_on_the_command_line(befell, drafts) -> None:
    config = "check: {rules: {personal-name: error, secret: off}}\nroles: {daniel: database lead}\n"
    Path("befell.yaml").write_text(Path("befell.yaml").read_text() + config)
    out = befell("check", "bad.md").out
    assert "error personal-name: names a person: Daniel. Write “database lead”." in out
    assert " secret: " not in out
    out = befell("check", "bad.md", "--rule", "personal-name=off", "--rule", "secret=hint").out
    assert "personal-name" not in out
    assert "hint secret: " in out


def test_a_configuration_whose_tokens_are_not_set_here_will_do(befell, drafts) -> None:
    source = "connectors: [{use: nosuch, token: '${NOT_SET_HERE}'}]\nstore: 'postgresql://x:${NOT_SET_HERE}@db/x'\n"
    Path("befell.yaml").write_text(source)
    assert befell("check", "good.md").code == 0


def test_own_redaction_rules_count(befell, drafts) -> None:
    redaction = "redaction: {rules: [{name: ticket, pattern: 'OPS-3[0-9]+'}]}\n"
    Path("befell.yaml").write_text(Path("befell.yaml").read_text() + redaction)
    assert "what looks like a secret (ticket)" in befell("check", "good.md").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--rule", "action-owners=off", "good.md"], "'action-owners' is no rule. Did you mean action-owner?"),
        (["--rule", "action-owner=loud", "good.md"], "action-owner=loud: there is no such severity."),
        (["--rule", "action-owner", "good.md"], "Write action-owner=off, or hint, warning, error."),
        (["nothing.md"], "'nothing.md' does not exist."),
        (["latin.md"], "latin.md: is not UTF-8."),
        (["page.html"], "page.html: is a page, not Markdown."),
        (["empty"], "empty: no draft is there."),
        (["good.md", "--snapshot", "nothing.gz"], "nothing.gz: "),
        (["good.md", "--config", "own.yaml"], "own.yaml:1: check.rules.secret: "),
        (["good.md", "--config", "other.yaml"], "other.yaml: check.rules: 'nosuch' is no rule."),
    ],
)
def test_what_cannot_be_done_is_usage(befell, drafts, words: list[str], said: str) -> None:
    Path("latin.md").write_bytes("Störung".encode("latin-1"))
    Path("page.html").write_text("<!DOCTYPE html><p>")
    Path("empty").mkdir()
    Path("own.yaml").write_text("check: {rules: {secret: loud}}\n")
    Path("other.yaml").write_text("check: {rules: {nosuch: off}}\n")
    done = befell("check", *words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_a_folder_stands_for_the_drafts_in_it(befell, drafts) -> None:
    Path("all/2026").mkdir(parents=True)
    for name in ("all/a.md", "all/2026/b.md", "all/a.new.md"):
        shutil.copy("good.md", name)
    Path("all/README.md").write_text("# Postmortems\n")
    Path("all/a.conflicts.md").write_text("# Conflicts in a.md\n")
    assert json.loads(befell("check", "all", "--format", "json").out)["files"] == ["all/2026/b.md", "all/a.md"]


@pytest.mark.parametrize("form", ["json", "sarif", "github"])
def test_each_format_names_the_same_findings(befell, drafts, form: str) -> None:
    lines = befell("check", "bad.md").out.splitlines()[:-1]
    done = befell("check", "bad.md", "--format", form)
    told = {
        "json": lambda: len(json.loads(done.out)["findings"]),
        "sarif": lambda: len(json.loads(done.out)["runs"][0]["results"]),
        "github": lambda: len(done.out.splitlines()),
    }[form]
    assert (done.code, told()) == (1, len(lines))


def cited(text: str, name: str) -> str:
    """A draft that lists, and cites, one id more."""
    return text.replace("## Evidence\n", f'## Evidence\n\nSee [x](#e-{name}). <a id="e-{name}"></a>\n')


def test_the_store_tells_which_evidence_there_is(befell, folder) -> None:
    assert befell("draft", "--incident-id", "INC-7").code == 0
    draft = Path("postmortems/INC-7.md")
    fine = befell("check", str(draft), "--format", "json")
    draft.write_text(cited(draft.read_text(), "zzzzzzzzzzzz"))
    more = befell("check", str(draft), "--format", "json")
    rules = [[one["rule"] for one in json.loads(done.out)["findings"]] for done in (fine, more)]
    assert [rule.count("evidence-exists") for rule in rules] == [0, 1]


def test_a_snapshot_tells_it_too(befell, folder) -> None:
    assert befell("collect", "--incident-id", "INC-7", "--output", "inc.jsonl.gz").code == 0
    assert befell("draft", "--from-snapshot", "inc.jsonl.gz", "--output", "draft.md").code == 0
    Path("draft.md").write_text(cited(Path("draft.md").read_text(), "zzzzzzzzzzzz"))
    told = befell("check", "draft.md", "--snapshot", "inc.jsonl.gz").out
    assert "lists zzzzzzzzzzzz, which the evidence does not have" in told
    shutil.copy(GOOD, "good.md")
    other = befell("check", "good.md", "--snapshot", "inc.jsonl.gz")
    assert other.code == 2
    assert "the snapshot is of incident 'INC-7', the draft of 'INC-2107'" in other.err


def test_overrides_that_the_evidence_refutes_are_a_finding(befell, folder) -> None:
    assert befell("collect", "--incident-id", "INC-7", "--output", "inc.jsonl.gz").code == 0
    assert befell("draft", "--from-snapshot", "inc.jsonl.gz", "--output", "draft.md").code == 0
    far = "overrides:\n  milestones:\n    detected: 2025-01-01T09:00:00Z\n"
    Path("draft.md").write_text(Path("draft.md").read_text().replace("overrides: {}\n", far))
    done = befell("check", "draft.md", "--snapshot", "inc.jsonl.gz")
    lines = Path("draft.md").read_text().splitlines()
    (told,) = [line for line in done.out.splitlines() if "front-matter" in line]
    assert done.code == 1
    assert "detected" in lines[int(told.split(":")[1]) - 1]


def test_a_store_that_cannot_be_used_is_told_and_the_rest_checked(befell, drafts) -> None:
    Path("store.db").write_text("no database")
    Path("befell.yaml").write_text(Path("befell.yaml").read_text() + "store: store.db\n")
    done = befell("check", "good.md")
    assert done.code == 0
    assert "References are checked with the lists of the drafts alone." in done.err
