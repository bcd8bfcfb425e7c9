"""A database that is gone, and a full disk: told by /readyz and the log, got over without a restart, nothing lost."""

import json
import resource
from pathlib import Path

import pytest
import requests
from support.accepting import follow, post
from support.gate import gate
from support.projects import Project
from support.servers import wait_for
from support.service import Serving, service
from support.unleash_server import postgres


def ready(one: Serving) -> int:
    return requests.get(f"{one.url}/readyz", timeout=30).status_code


@pytest.mark.real
def test_a_database_that_is_gone_for_a_while(tmp_path: Path) -> None:
    with postgres(tmp_path / "postgres") as address, gate(int(address.rpartition(":")[2].split("/")[0])) as way:
        follow(tmp_path)
        text = json.loads((tmp_path / "befell.yaml").read_text())
        through = address.replace(f":{way.behind}/", f":{way.server_address[1]}/")
        Project(tmp_path).write("befell.yaml", {**text, "store": through})
        with service(tmp_path) as one:
            assert post(one, 1)
            way.close_it()
            wait_for(lambda: ready(one) == 503, 60)
            assert not post(one, 2)
            wait_for(lambda: "store" in one.log, 60)
            way.open_it()
            wait_for(lambda: ready(one) == 200, 60)
            assert post(one, 2)
            drafts = tmp_path / "postmortems"
            wait_for(lambda: sorted(path.name for path in drafts.glob("*.md")) == ["INC-1.md", "INC-2.md"], 90)
            assert one.stop() == 0


def test_a_disk_that_is_full_for_a_while(tmp_path: Path) -> None:
    """No file of the process may grow: what a full disk does to it."""
    follow(tmp_path)
    with service(tmp_path) as one:
        assert post(one, 1)
        assert one.process is not None
        _, hard = resource.prlimit(one.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(one.process.pid, resource.RLIMIT_FSIZE, (0, hard))
        assert ready(one) == 503
        assert not post(one, 2)
        resource.prlimit(one.process.pid, resource.RLIMIT_FSIZE, (hard, hard))
        wait_for(lambda: ready(one) == 200, 60)
        assert post(one, 2)
        drafts = tmp_path / "postmortems"
        wait_for(lambda: sorted(path.name for path in drafts.glob("*.md")) == ["INC-1.md", "INC-2.md"], 90)
        assert one.stop() == 0
