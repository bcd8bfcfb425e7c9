"""A draft of 400 rows that a reviewer edited 200 times, drafted again with late evidence: a ratio to a first draft."""

import json
import os
import random
import statistics
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pairs import once, verdict

START = datetime(2026, 11, 24, 9, tzinfo=UTC)
ROWS, LATE, EDITS, RUNS = 400, 20, 200, 7
GOAL = 2.0


def write(folder: Path, number: int) -> None:
    """An incident of two hours with so many events, each a row of its own; the first ones are the same every time."""
    chance = random.Random(7)
    kinds = ("message", "change", "deploy", "action", "status", "alert")
    with (folder / "events.jsonl").open("w") as out:
        for one in range(number):
            event = {
                "time": (START + timedelta(seconds=chance.uniform(0, 7200))).isoformat(), "kind": chance.choice(kinds),
                "id": f"e{one}", "service": chance.choice(("shop", "cart", "search")), "source": "chat",
                "title": f"step {one}: the error rate of pool {one % 37} is {chance.choice(('up', 'down'))} again",
            }  # fmt: skip
            out.write(json.dumps(event) + "\n")
    window = {"start": START.isoformat(), "end": (START + timedelta(hours=2)).isoformat()}
    incident = {"id": "INC-1", "title": "Checkout fails", "services": ["shop"], "severity": "SEV-2", "window": window}
    (folder / "incidents.json").write_text(json.dumps([incident]))
    (folder / "befell.yaml").write_text(
        "incidents: {from: all}\n"
        "connectors: [{use: files, name: all, events: events.jsonl, incidents: incidents.json}]\n"
        "store: store.db\n"
    )


def edited(text: str) -> str:
    """The draft with EDITS lines changed, each by a word of its own."""
    lines = text.split("\n")
    chance = random.Random(11)
    body = lines.index("---", 1)
    rows = [
        n for n in range(body, len(lines)) if lines[n].startswith("| ") and "---" not in lines[n] and " | " in lines[n]
    ]
    for number, at in enumerate(sorted(chance.sample(rows, EDITS))):
        cells = lines[at].split(" | ")
        cells[min(2, len(cells) - 1)] += f" edited{number}"
        lines[at] = " | ".join(cells)
    return "\n".join(lines)


def main() -> None:
    befell = str(Path(sys.executable).with_name("befell"))
    first, again = [], []
    with tempfile.TemporaryDirectory() as name:
        folder, draft = Path(name), Path(name) / "postmortems/INC-1.md"
        os.environ["XDG_DATA_HOME"] = name
        command = [befell, "draft", "--incident-id", "INC-1", "--config", str(folder / "befell.yaml")]
        write(folder, ROWS)
        once(command)
        mine = edited(draft.read_text())
        write(folder, ROWS + LATE)
        for _ in range(RUNS):
            draft.unlink()
            first.append(once(command)[0])
            draft.write_text(mine)
            again.append(once(command, (0, 4))[0])  # 4: an edited row that is no longer among the key ones is told
        merged, told = draft.read_text(), draft.with_name("INC-1.conflicts.md").read_text().count("\n## ")
    missing = [number for number in range(EDITS) if f"edited{number}" not in merged.split()]
    print(f"first draft {statistics.median(first):.2f} s, drafted again {statistics.median(again):.2f} s")
    print(f"edits lost: {len(missing)} of {EDITS}; late rows in the draft: {f'step {ROWS}:' in merged}; told: {told}")
    ratios = [two / one for one, two in zip(first, again, strict=True)]
    print("wall:", verdict(ratios, GOAL))
    sys.exit(0 if statistics.median(ratios) <= GOAL and not missing else 1)


if __name__ == "__main__":
    main()
