"""Same input, same bytes: in any time zone, with any hash seed, in any process."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.timelines import rich

from pipeline.draft import render, render_html

ROOT = Path(__file__).resolve().parents[2]
CODE = """
import hashlib
from support.timelines import rich
from pipeline.draft import render, render_html
timeline = rich()
draft = render(timeline)
print(hashlib.sha256((draft + render_html(draft, timeline)).encode()).hexdigest())
"""


@pytest.mark.parametrize(("zone", "seed"), [("Asia/Tokyo", "1"), ("America/St_Johns", "4242")])
def test_a_draft_has_the_same_bytes_everywhere(zone, seed, tmp_path):
    path = os.pathsep.join((str(ROOT), str(ROOT / "tests")))
    env = os.environ | {"TZ": zone, "PYTHONHASHSEED": seed, "PYTHONPATH": path, "LC_ALL": "C"}
    done = subprocess.run(
        [sys.executable, "-c", CODE], env=env, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    timeline = rich()
    draft = render(timeline)
    assert done.stdout.strip() == hashlib.sha256((draft + render_html(draft, timeline)).encode()).hexdigest()
