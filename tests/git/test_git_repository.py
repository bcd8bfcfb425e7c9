"""Where the repository comes from: a folder, a clone, a bundle; and how each failure ends."""

import base64
import os
import stat
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from making_repositories import WINDOW, Repo, at, connector, read
from pydantic import ValidationError
from servers import wait_for

from connectors.git import address
from pipeline.errors import SourceError


@pytest.fixture
def repo(tmp_path):
    made = Repo(tmp_path / "shop")
    made.commit("09:00", "Change", "a")
    made.tag("09:10", "v1", message="deploy")
    return made


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_a_clone_is_made_once_and_fetched_again(tmp_path, repo, scheme):
    url = f"{scheme}{repo.path}"
    assert [event.native_id for event in read(tmp_path, url=url)[0]] == ["v1"]
    (clone,) = (tmp_path / "cache").iterdir()
    repo.commit("09:20", "More", "b")
    repo.tag("09:30", "v2", message="deploy")
    repo.git("tag", "-d", "v1")
    events, _, notices = read(tmp_path, url=url)
    assert [event.native_id for event in events] == ["v2"] and not notices
    assert list((tmp_path / "cache").iterdir()) == [clone]


def test_a_bundle_is_cloned_from_beside_the_configuration(tmp_path, repo):
    repo.git("bundle", "create", "-q", str(tmp_path / "shop.bundle"), "--all")
    assert [event.at for event in read(tmp_path, url="shop.bundle")[0]] == [at("09:10")]


def test_a_clone_without_file_contents_still_names_changed_paths(tmp_path, repo):
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.commit("09:20", "More", "b")
    repo.tag("09:30", "v2", message="deploy")
    events, *_ = read(tmp_path, url=f"file://{repo.path}")
    assert events[1].labels["changed_paths"] == "b"


def test_the_cache_lies_in_the_users_cache_folder_by_default(tmp_path, repo, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    read(tmp_path, url=str(repo.path), cache=None)
    assert len(list((tmp_path / "home" / "befell" / "git").iterdir())) == 1


def test_a_remote_that_went_away_leaves_the_last_clone_and_a_gap(tmp_path, repo):
    read(tmp_path, url=str(repo.path))
    repo.path.rename(tmp_path / "moved")
    events, _, (notice,) = read(tmp_path, url=str(repo.path))
    assert [event.native_id for event in events] == ["v1"]
    assert (notice.kind, notice.gap, notice.source) == ("stale-clone", True, "deploys")


def test_a_clone_that_fails_leaves_nothing_behind(tmp_path):
    with pytest.raises(SourceError, match=r"gone\.git.*git failed"):
        read(tmp_path, url=f"file://{tmp_path}/gone.git")
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_shallow_clone_is_a_gap(tmp_path, repo):
    repo.commit("09:20", "More", "b")
    repo.git("clone", "-q", "--depth=1", f"file://{repo.path}", str(tmp_path / "shallow"), inside=False)
    rule = {"branch": "main"}
    events, _, (notice,) = read(tmp_path, path="shallow", deploys=[rule])
    assert len(events) == 1 and notice.gap and "--unshallow" in notice.detail


def test_a_missing_branch_names_the_nearest(tmp_path, repo):
    with pytest.raises(SourceError, match=r"no branch 'mian'\. Nearest: main"):
        read(tmp_path, path="shop", deploys=[{"branch": "mian"}])
    events, _, (notice,) = read(tmp_path, path="shop", deploys=[{"branch": "mian"}, {"tags": "v*"}])
    assert len(events) == 1 and notice.gap and "mian" in notice.detail


def test_a_branch_that_was_only_fetched_is_found(tmp_path, repo):
    repo.git("branch", "release")
    repo.git("clone", "-q", str(repo.path), str(tmp_path / "other"), inside=False)
    assert len(read(tmp_path, path="other", deploys=[{"branch": "release"}])[0]) == 1


def test_a_rule_that_finds_nothing_is_a_gap_that_names_the_tags_there_are(tmp_path, repo):
    _, _, (notice,) = read(tmp_path, path="shop", deploys=[{"tags": "prod/*"}])
    assert notice.gap and "(tags prod/*) finds no deploy. Tags there: v1." in notice.detail


def test_what_is_no_repository_says_so(tmp_path, repo):
    (repo.path / "inside").mkdir()
    (tmp_path / "plain").mkdir()
    Repo(tmp_path / "empty")
    for path, what in (("gone", "no such folder"), ("plain", "not a git repository"), ("empty", "is empty"),
                       ("shop/inside", "not a git repository")):  # fmt: skip
        with pytest.raises(SourceError, match=what):
            read(tmp_path, path=path)


def test_the_repository_that_befell_runs_in_is_never_taken_for_it(tmp_path, repo, monkeypatch):
    monkeypatch.setenv("GIT_DIR", str(repo.path / ".git"))
    (tmp_path / "plain").mkdir()
    with pytest.raises(SourceError, match="not a git repository"):
        read(tmp_path, path="plain")


def test_nothing_in_a_repositorys_configuration_is_run(tmp_path, repo):
    script = tmp_path / "evil"
    script.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    script.chmod(0o755)
    for key in ("core.fsmonitor", "core.pager", "diff.external", "gpg.program", "core.sshCommand"):
        repo.git("config", key, str(script))
    repo.git("config", "log.showSignature", "true")
    repo.commit("09:20", "More", "b")
    repo.tag("09:30", "v2")
    (tmp_path / "ran").unlink(missing_ok=True)  # the test's own git may have run it
    assert len(read(tmp_path, path="shop")[0]) == 2 and not (tmp_path / "ran").exists()


def test_git_is_stopped_with_its_children_at_the_deadline(tmp_path, monkeypatch):
    fake = tmp_path / "bin" / "git"
    fake.parent.mkdir()
    fake.write_text(f"#!/bin/sh\nsh -c 'echo $$ > {tmp_path}/pid; exec sleep 60'\n")
    fake.chmod(fake.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", f"{fake.parent}:{os.environ['PATH']}")
    (tmp_path / "shop").mkdir()
    start = time.monotonic()
    with pytest.raises(SourceError, match="took longer than"):
        read(tmp_path, path="shop", time_limit=1.5)
    assert time.monotonic() - start < 20
    child = int((tmp_path / "pid").read_text())
    state = Path(f"/proc/{child}/stat")
    wait_for(lambda: not state.exists() or state.read_text().split()[2] in "ZX")


def test_without_the_git_command_it_says_so(tmp_path, repo, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SourceError, match="Install git"):
        read(tmp_path, path="shop")


class _Refusing(BaseHTTPRequestHandler):
    seen: list[str]

    def do_GET(self) -> None:
        self.seen.append(self.headers.get("Authorization", ""))
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="git"')
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize(
    ("userinfo", "token", "sent"), [("", "s3cret", "token:s3cret"), ("bob:s3cret@", None, "bob:s3cret")]
)
def test_a_token_goes_to_the_server_and_nowhere_else(tmp_path, userinfo, token, sent):
    handler = type("Handler", (_Refusing,), {"seen": []})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://{userinfo}127.0.0.1:{server.server_port}/shop.git"
        source = connector(tmp_path, url=url, token=token)
        with pytest.raises(SourceError) as raised:
            list(source.events(WINDOW))
        server.shutdown()
    packed = base64.b64encode(sent.encode()).decode()
    assert handler.seen and handler.seen[0] == f"Basic {packed}"
    assert "s3cret" not in f"{raised.value} {source.identity}" and packed not in str(raised.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/example/shop", "https://github.com/example/shop.git/", "https://bob:pw@github.com/example/shop",
        "ssh://git@github.com/example/shop.git", "git@github.com:example/shop.git",
    ],
)  # fmt: skip
def test_every_address_of_a_repository_gives_one_identity_and_link(url):
    assert address.identity(url) == "github.com/example/shop"
    assert address.link_template(url) == "https://github.com/example/shop/commit/{sha}"
    assert address.link_template(url.replace("github", "gitlab")).endswith("/-/commit/{sha}")
    assert address.link_template(url.replace("github", "example")) == ""


def test_a_repository_on_this_machine_is_known_by_its_remote_or_its_first_commit(tmp_path, repo):
    first = repo.git("rev-parse", "HEAD")
    repo.commit("10:00", "More")
    assert connector(tmp_path, path="shop").identity == f"git:{first}"
    repo.git("remote", "add", "origin", "https://bob:s3cret@github.com/example/shop.git")
    assert connector(tmp_path, path="shop", name="other").identity == "git:github.com/example/shop"
    (event,), *_ = read(tmp_path, path="shop")
    assert event.url == f"https://github.com/example/shop/commit/{first}"


def test_check_says_what_each_rule_finds(tmp_path, repo):
    version, readable, tags, none = connector(tmp_path, path="shop", deploys=[{"tags": "v*"}, {"tags": "x"}]).check()
    assert version.ok and version.detail.startswith("git version") and readable.ok
    assert (tags.ok, tags.detail) == (True, "1 deploys")
    assert not none.ok and "Tags there: v1" in none.detail and none.fix
    failed = list(connector(tmp_path, path="gone").check())[-1]
    assert not failed.ok and failed.fix == "Check path."


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({}, "give either path or url"),
        ({"path": "a", "url": "b"}, "give either path or url"),
        ({"url": "--upload-pack=x"}, "is no address"),
        ({"url": "ext::sh -c x"}, "is no address"),
        ({"path": "a", "deploys": []}, "deploys"),
        ({"path": "a", "deploys": [{}]}, "give either tags or branch"),
        ({"path": "a", "deploys": [{"tags": "v*", "merges": True}]}, "merges and paths go with branch"),
        ({"path": "a", "service_pattern": "("}, "is no regular expression"),
        ({"path": "a", "service_pattern": "v(?P<version>.*)"}, "needs a group"),
        ({"path": "a", "link": "https://x/{commit}"}, "{commit} is not known"),
        ({"path": "a", "link": "https://x/{"}, "is no template"),
    ],
)
def test_settings_that_make_no_sense_are_refused(tmp_path, settings, why):
    with pytest.raises(ValidationError) as raised:
        connector(tmp_path, **settings)
    assert why in str(raised.value)
