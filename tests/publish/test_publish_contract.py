"""What holds for every target: published again the same place is updated, and an edit made there is never lost."""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from support.git_host_stubs import Github, Gitlab
from support.making_repositories import Repo
from support.message_stubs import Statuspage
from support.publishing_stub import served
from support.wiki_stubs import Confluence, Notion

from pipeline.config import publishing
from pipeline.errors import BefellError
from pipeline.publish import EditedThere, confluence, git, github, gitlab, notion, statuspage

BRANCH, PATH = "postmortems/INC-42", "postmortems/INC-42.md"


@dataclass
class Place:
    """One target: how to publish, what a reader finds, how somebody edits it, how often it was written."""

    publish: Callable[..., Any]
    text: Callable[[], str]
    edit: Callable[[str], None]
    writes: Callable[[], int]
    race: Callable[[], None] | None = None  # let somebody edit between our look and our writing


@pytest.fixture
def git_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    repo = Repo(tmp_path / "handbook")
    repo.commit("09:00", "Begin")
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Alice Example")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "alice@example.org")
    settings = publishing.Git(repository=repo.path)

    def edit(text: str) -> None:
        repo.git("checkout", "-q", BRANCH)
        (repo.path / PATH).write_text(text)
        repo.git("commit", "-q", "-a", "-m", "Edit")
        repo.git("checkout", "-q", "main")

    yield Place(
        lambda post, overwrite=False: git.publish(post, settings, overwrite),
        lambda: repo.git("show", f"{BRANCH}:{PATH}"),
        edit,
        lambda: int(repo.git("rev-list", "--count", "--all")),
    )


@pytest.fixture
def github_place(http) -> Iterator[Place]:
    with served(Github()) as stub:
        settings = publishing.Github(url=stub.url, repository="example/handbook", token="t")
        yield hosted(stub, partial(publishing_to, github, settings, http), "PUT")


@pytest.fixture
def gitlab_place(http) -> Iterator[Place]:
    with served(Gitlab()) as stub:
        settings = publishing.Gitlab(url=stub.url, project="example/handbook", token="t")
        yield hosted(stub, partial(publishing_to, gitlab, settings, http), "POST")


def hosted(stub: Any, publish: Callable[..., Any], writing: str) -> Place:
    def edit(text: str) -> None:
        stub.branches[BRANCH].commit(PATH, text.encode(), "Edit in the browser")

    def race() -> None:
        def before(method: str, path: str) -> None:
            if method == writing and ("contents" in path or path.endswith("repository/commits")):
                stub.before = None
                edit("by somebody else")

        stub.before = before

    return Place(publish, lambda: stub.branches[BRANCH].files[PATH].decode(), edit, lambda: len(stub.written()), race)


@pytest.fixture
def confluence_place(http) -> Iterator[Place]:
    with served(Confluence()) as stub:
        settings = publishing.Confluence(url=f"{stub.url}/wiki", space="OPS", username="a@example.org", password="p")

        def race() -> None:
            def before(method: str, path: str) -> None:
                if method == "PUT":
                    stub.before = None
                    stub.edit("100", "<p>by somebody else</p>")

            stub.before = before

        yield Place(
            partial(publishing_to, confluence, settings, http),
            lambda: stub.pages["100"]["value"],
            lambda text: stub.edit("100", f"<p>{text}</p>"),
            lambda: len(stub.written()),
            race,
        )


@pytest.fixture
def notion_place(http) -> Iterator[Place]:
    with served(Notion()) as stub:
        settings = publishing.Notion(url=stub.url, page="root", token="t")

        def edit(text: str) -> None:
            name = next(one for one in stub.blocks[stub.page()]["inside"] if stub.blocks[one]["type"] == "paragraph")
            stub.blocks[name]["paragraph"]["rich_text"] = [{"type": "text", "text": {"content": text}}]

        yield Place(
            partial(publishing_to, notion, settings, http),
            lambda: "\n".join(stub.texts(stub.page())),
            edit,
            lambda: len(stub.written()),
        )


@pytest.fixture
def statuspage_place(http) -> Iterator[Place]:
    with served(Statuspage(incidents=[{"id": "i1", "name": "Checkout", "created_at": "2026-11-24T09:31:00Z"}])) as stub:
        settings = publishing.Statuspage(url=stub.url, page="kctbh9vrtdwd", token="key-1")
        yield Place(
            partial(publishing_to, statuspage, settings, http),
            lambda: stub.drafts["i1"],
            lambda text: stub.drafts.update(i1=f"{text}\n{stub.drafts['i1']}"),
            lambda: len(stub.written()),
        )
        assert stub.published == 0


def publishing_to(module: Any, settings: Any, http: Any, post: Any, overwrite: bool = False) -> Any:
    return module.publish(post, settings, overwrite, http())


@pytest.fixture(params=["git", "github", "gitlab", "confluence", "notion", "statuspage"])
def place(request: pytest.FixtureRequest) -> Place:
    found: Place = request.getfixturevalue(f"{request.param}_place")
    return found


def test_it_is_published(place, post):
    done = place.publish(post)
    assert done.changed
    assert "payment provider answered 504" in place.text() or "error ratio left its baseline" in place.text()


def test_what_is_there_already_is_not_written_again(place, post):
    first, writes = place.publish(post), place.writes()
    again = place.publish(post)
    assert (again.address, again.changed) == (first.address, False)
    assert place.writes() == writes


def test_the_same_place_is_updated(place, post, later):
    first = place.publish(post)
    again = place.publish(later)
    assert (again.address, again.changed) == (first.address, True)
    assert "forty customers" in place.text()


def test_what_was_edited_there_is_not_overwritten(place, post, later):
    place.publish(post)
    place.edit("by somebody else")
    writes, text = place.writes(), place.text()
    for one in (later, post):
        with pytest.raises(EditedThere, match="is not overwritten") as told:
            place.publish(one)
        assert told.value.exit_code == 4
        assert "--overwrite" in told.value.fix
    assert (place.writes(), place.text()) == (writes, text)


def test_it_is_overwritten_where_that_was_asked_for(place, post, later):
    place.publish(post)
    place.edit("by somebody else")
    assert place.publish(later, overwrite=True).changed
    assert "by somebody else" not in place.text()
    assert not place.publish(later).changed, "what was written is known as ours again"


@pytest.mark.parametrize("place", ["github", "gitlab", "confluence"], indirect=True)
def test_an_edit_in_between_is_not_overwritten(place, post, later):
    place.publish(post)
    place.race()
    with pytest.raises(EditedThere, match="was changed just now"):
        place.publish(later)
    assert "by somebody else" in place.text()


def test_git_is_told_what_it_needs(tmp_path, post):
    subprocess.run(["git", "init", "-q", str(tmp_path / "empty")], check=True)
    with pytest.raises(BefellError, match="no commit HEAD to start the branch from"):
        git.publish(post, publishing.Git(repository=tmp_path / "empty"), False)
