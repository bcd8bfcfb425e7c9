"""Same input, same bytes: wherever, whenever and however often befell runs."""

import gzip
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from projects import Done, Project

HERE = {"TZ": "UTC", "PYTHONHASHSEED": "1", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "COLUMNS": "80"}
THERE = {"TZ": "Asia/Kathmandu", "PYTHONHASHSEED": "4711", "LANG": "tr_TR.UTF-8", "LC_ALL": "C", "COLUMNS": "211"}


def evidence(project: Project, name: str) -> str:
    """The text of a snapshot without the one time that says when it was made."""
    text = gzip.decompress((project.folder / name).read_bytes()).decode()
    return re.sub(r'"collected_at": "[^"]*"', "", text)


def test_the_example_gives_the_same_bytes_in_another_zone_language_and_folder(root: Path, tmp_path: Path) -> None:
    """Collected twice, from two current folders: the same evidence and the same draft."""
    ignored = shutil.ignore_patterns(".befell", "postmortems")
    project = Project(shutil.copytree(root / "examples/checkout", tmp_path / "example", ignore=ignored))
    (tmp_path / "elsewhere").mkdir()
    made = []
    for place, config, environ in (("example", "config.yaml", HERE), ("elsewhere", "../example/config.yaml", THERE)):
        words = ("draft", "--incident-id", "INC-2041", "--config", config, "--output", "-")
        done = Project(tmp_path / place).run(*words, **environ)
        made.append((done, evidence(project, ".befell/snapshots/INC-2041.jsonl.gz")))
    assert made[0] == made[1]
    failed = json.loads((root / "examples/checkout/truth.json").read_text())["first_failed_request"]
    assert made[0][0].code == 0 and failed[:19].replace("T", " ") in made[0][0].out


def test_drafting_again_changes_nothing_in_markdown_and_html(project: Project) -> None:
    (project.folder / "elsewhere").mkdir()
    for form in ("md", "html"):
        path = project.folder / f"postmortems/INC-7.{form}"
        assert project.run("draft", "--incident-id", "INC-7", "--format", form, **HERE).code == 0
        first = path.read_bytes()
        words = ("draft", "--incident-id", "INC-7", "--format", form, "--config", "../befell.yaml")
        assert Project(project.folder / "elsewhere").run(*words, **THERE).code == 0
        assert path.read_bytes() == first


def test_the_order_of_records_in_a_file_and_of_keys_in_a_record_changes_no_row(
    project: Project, befell: Callable[..., Done]
) -> None:
    def rows() -> object:
        return json.loads(befell("timeline", "--incident-id", "INC-7", "--format", "json").out)["rows"]

    first = rows()
    lines = (project.folder / "events.jsonl").read_text().splitlines()
    project.write("events.jsonl", [dict(reversed(json.loads(line).items())) for line in reversed(lines)])
    assert rows() == first
