"""`befell draft`: what is written where, what is never overwritten, and what a reviewer's overrides do."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

Befell = Callable[..., tuple[int, str, str]]
DRAFT = Path("postmortems/INC-7.md")
DESCRIBED = ("--start", "2026-11-24T09:00Z", "--end", "2026-11-24T10:30Z")


def override(line: str) -> None:
    """What a reviewer writes into the front matter."""
    text = DRAFT.read_text()
    front, rest = text.split("\n---\n", 1)
    kept = [one for one in front.splitlines() if not one.startswith("overrides:")]
    DRAFT.write_text("\n".join([*kept, "overrides:", f"  {line}", "---", ""]) + rest)


def test_a_draft_is_written_and_its_path_printed(befell: Befell) -> None:
    done = befell("draft", "--incident-id", "INC-7")
    assert done == (0, "postmortems/INC-7.md\n", "")
    assert "Checkout fails" in DRAFT.read_text()
    assert Path(".befell/snapshots/INC-7.jsonl.gz").is_file()


def test_a_dash_prints_the_draft_and_writes_none(befell: Befell) -> None:
    done = befell("draft", "--incident-id", "INC-7", "--output", "-")
    assert done.code == 0 and done.out.startswith("---\n") and done.err == ""
    assert not DRAFT.exists()


def test_html_by_format_or_by_name(befell: Befell) -> None:
    assert befell("draft", "--incident-id", "INC-7", "--format", "html").out == "postmortems/INC-7.html\n"
    assert befell("draft", "--incident-id", "INC-7", "--output", "page.html").out == "page.html\n"
    page = Path("page.html").read_text()
    assert page.lower().startswith("<!doctype html") and page == Path("postmortems/INC-7.html").read_text()
    Path("page.html").write_text(page.replace("Checkout", "Basket"))
    assert befell("draft", "--incident-id", "INC-7", "--output", "page.html").code == 1


def test_the_same_evidence_gives_the_same_bytes_from_a_snapshot_too(befell: Befell, folder: Path) -> None:
    befell("draft", "--incident-id", "INC-7")
    first = DRAFT.read_bytes()
    assert befell("draft", "--incident-id", "INC-7").code == 0
    assert DRAFT.read_bytes() == first
    Path("befell.yaml").unlink()
    Path("events.jsonl").unlink()
    done = befell("draft", "--from-snapshot", ".befell/snapshots/INC-7.jsonl.gz", "--output", "again.md")
    assert done.code == 0
    assert Path("again.md").read_bytes() == first
    assert str(folder) not in first.decode()


def test_a_snapshot_of_another_incident_is_refused(befell: Befell) -> None:
    befell("collect", "--incident-id", "INC-7", "--output", "kept.gz")
    done = befell("draft", "--incident-id", "INC-8", "--from-snapshot", "kept.gz")
    assert done.code == 2 and "kept.gz is of incident 'INC-7', not 'INC-8'" in done.err


def test_a_file_of_somebody_else_is_never_overwritten(befell: Befell) -> None:
    befell("draft", "--incident-id", "INC-7")
    DRAFT.write_text("my own file\n")
    done = befell("draft", "--incident-id", "INC-7")
    assert done.code == 1
    assert done.err.startswith("befell: postmortems/INC-7.md: befell did not write this file")
    assert "--output" in done.err and "move this one away" in done.err
    assert DRAFT.read_text() == "my own file\n"
    assert befell("draft", "--incident-id", "INC-7", "--output", "other.md").code == 0


def test_overrides_are_no_edit_they_are_obeyed_and_kept(befell: Befell) -> None:
    befell("draft", "--incident-id", "INC-7")
    override("severity: SEV-1")
    assert befell("draft", "--incident-id", "INC-7").code == 0
    text = DRAFT.read_text()
    assert "  severity: SEV-1\n" in text
    assert '"severity": "SEV-1"' in befell("timeline", "--incident-id", "INC-7", "--format", "json").out
    assert "SEV-1" in befell("draft", "--incident-id", "INC-7", "--output", "-").out.split("\n---\n", 1)[1]
    assert befell("draft", "--incident-id", "INC-7", "--format", "html").code == 0
    assert "SEV-1" in Path("postmortems/INC-7.html").read_text()


def test_a_wrong_override_is_an_error_that_names_it(befell: Befell) -> None:
    befell("draft", "--incident-id", "INC-7")
    override("severity: SEV-9")
    done = befell("draft", "--incident-id", "INC-7")
    assert done.code == 1 and "overrides.severity" in done.err and len(done.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("milestones", "says"),
    [
        (
            "impact_start: 2026-11-24T09:20:00Z, recovered: 2026-11-24T09:15:00Z",
            "recovered: 2026-11-24T09:15:00Z is before impact_start, 2026-11-24T09:20:00Z as you set it. Mend",
        ),
        ("detected: 2024-11-24T09:15:00Z", "lies more than 30 days outside the window, 2026-11-24T09:00:00Z to"),
        (
            "detected: 2026-11-24T09:15:00",
            "detected: '2026-11-24T09:15:00' has no time zone. Write 2026-11-24T09:15:00Z",
        ),
    ],
)
def test_an_impossible_milestone_is_an_error_with_file_line_and_key(befell: Befell, milestones: str, says: str) -> None:
    befell("draft", "--incident-id", "INC-7")
    override(f"milestones: {{{milestones}}}")
    line = DRAFT.read_text().splitlines().index(f"  milestones: {{{milestones}}}") + 1
    for command in (("draft",), ("timeline", "--format", "json")):
        done = befell(*command, "--incident-id", "INC-7")
        assert done.code == 1 and says in done.err and len(done.err.splitlines()) == 1
        assert f"{DRAFT}:{line}: overrides.milestones." in done.err


@pytest.mark.parametrize(
    ("milestones", "says"),
    [
        (
            "detected: 2026-11-24T09:25:00Z, acknowledged: 2026-11-24T09:20:00Z",
            "acknowledged (set by the reviewer) is earlier than detected (set by the reviewer): check both",
        ),
        (
            "detected: 2026-11-24T08:00:00Z",
            "detected, set by the reviewer to 2026-11-24T08:00:00Z, lies outside the window",
        ),
    ],
)
def test_an_unusual_milestone_is_used_and_noted(befell: Befell, milestones: str, says: str) -> None:
    befell("draft", "--incident-id", "INC-7")
    override(f"milestones: {{{milestones}}}")
    assert befell("draft", "--incident-id", "INC-7").code == 0
    assert says in DRAFT.read_text()


def test_what_the_reviewer_decided_is_told_as_such(befell: Befell) -> None:
    befell("draft", "--incident-id", "INC-7")
    assert "set by the reviewer" not in DRAFT.read_text()
    override("severity: SEV-1\n  services: [web]\n  milestones: {mitigated: null}")
    befell("draft", "--incident-id", "INC-7")
    text = DRAFT.read_text()
    assert "| Mitigated | unknown | | set by the reviewer | | reviewer |" in text
    assert "which change stopped the impact" not in text
    (severity,) = [line for line in text.splitlines() if line.startswith("| Severity |")]
    assert severity.endswith("; the source says “high”; set by the reviewer | reviewer |")
    assert "| Services | web | reviewer |" in text


def test_an_incident_that_no_source_knows_is_described_by_options(befell: Befell) -> None:
    done = befell(
        "draft", *DESCRIBED, "--title", "Checkout: fails!", "--severity", "P1", "--service", "checkout",
        "--service", "web",
    )  # fmt: skip
    assert done == (0, "postmortems/2026-11-24-0900-checkout-fails.md\n", "")
    text = Path(done.out.strip()).read_text()
    assert "SEV-1" in text and "Checkout: fails!" in text
    assert befell("draft", *DESCRIBED).out == "postmortems/2026-11-24-0900-incident-of-2026-11-24-09-00-utc.md\n"
    assert befell("draft", *DESCRIBED, "--incident-id", "MINE-1").out == "postmortems/MINE-1.md\n"


@pytest.mark.parametrize("incident_id", ["../../x", "/etc/passwd", "..", "a b", "a\x00b", ".hidden", "x" * 300, "事件"])
def test_no_id_leaves_the_folder(befell: Befell, folder: Path, incident_id: str) -> None:
    done = befell("draft", *DESCRIBED, "--incident-id", incident_id)
    assert done.code == 0
    path = (folder / done.out.strip()).resolve()
    assert path.parent == (folder / "postmortems").resolve() and path.is_file()
    assert not path.name.startswith(".") and len(path.name.encode()) < 255


def test_ids_that_look_alike_as_file_names_stay_apart(befell: Befell) -> None:
    assert befell("draft", *DESCRIBED, "--incident-id", "a/b").out != befell(
        "draft", *DESCRIBED, "--incident-id", "a b"
    ).out  # fmt: skip


def test_a_source_that_lost_something_gives_code_3_and_still_a_draft(befell: Befell) -> None:
    with Path("events.jsonl").open("a") as events:
        events.write('{"kind": "alert", "title": "no time"}\n')
    assert befell("draft", "--incident-id", "INC-7").code == 3
    assert "1 of 6 records rejected, the first: events.jsonl:6" in DRAFT.read_text()
    assert befell("timeline", "--incident-id", "INC-7").code == 3
    assert befell("collect", "--incident-id", "INC-7").code == 3


def test_a_disk_that_refuses_is_an_error(befell: Befell) -> None:
    Path("postmortems").write_text("a file where the folder should be")
    done = befell("draft", "--incident-id", "INC-7")
    assert done.code == 1 and done.err.startswith("befell: postmortems") and "permissions" in done.err


def test_a_link_is_followed_and_a_device_or_pipe_is_refused(befell: Befell) -> None:
    Path("real").mkdir()
    Path("draft.md").symlink_to("real/draft.md")
    assert befell("draft", "--incident-id", "INC-7", "--output", "draft.md").code == 0
    assert Path("draft.md").is_symlink() and Path("real/draft.md").is_file()
    os.mkfifo("pipe")
    for command in ("draft", "collect"):
        done = befell(command, "--incident-id", "INC-7", "--output", "pipe")
        assert done.code == 1 and "befell: pipe: is no regular file. Name a file, or use --output -" in done.err
    assert Path("pipe").is_fifo()


def test_collect_overwrites_a_snapshot_and_nothing_else(befell: Befell) -> None:
    Path("notes.md").write_text("an hour of work")
    refused = befell("collect", "--incident-id", "INC-7", "--output", "notes.md")
    assert (refused.code, Path("notes.md").read_text()) == (1, "an hour of work")
    assert "notes.md: exists and is no snapshot" in refused.err
    for _ in range(2):
        assert befell("collect", "--incident-id", "INC-7", "--output", "s.jsonl.gz").code == 0
