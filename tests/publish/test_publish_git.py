"""A branch in a real clone: nothing forced, no work tree touched."""

import pytest
from support.making_repositories import Repo

from pipeline.config.publishing import Git
from pipeline.errors import BefellError
from pipeline.publish import EditedThere
from pipeline.publish.git import publish

BRANCH, PATH = "postmortems/INC-42", "postmortems/INC-42.md"


@pytest.fixture
def repo(tmp_path, monkeypatch) -> Repo:
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Alice Example")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "alice@example.org")
    made = Repo(tmp_path / "handbook")
    made.commit("09:00", "Begin", "README")
    return made


@pytest.fixture
def remote(repo, tmp_path) -> Repo:
    made = Repo(tmp_path / "remote.git", "--bare")
    repo.git("remote", "add", "origin", str(made.path))
    repo.git("push", "-q", "origin", "main")
    return made


def test_one_commit_with_one_file_and_the_rest_as_it_was(repo, post):
    (repo.path / "README").write_text("work in progress")
    publish(post, Git(repository=repo.path), False)
    assert repo.git("log", "--format=%s", f"main..{BRANCH}") == "Postmortem: INC-42 – Checkout payments time out"
    assert repo.git("diff", "--name-only", f"main..{BRANCH}") == PATH
    assert repo.git("show", f"{BRANCH}:{PATH}") == post.text.strip()
    assert (repo.git("rev-parse", "--abbrev-ref", "HEAD"), repo.git("status", "--porcelain")) == ("main", "M README")


def test_the_branch_starts_where_it_is_told_to(repo, post):
    repo.git("branch", "release")
    repo.commit("10:00", "More", "more")
    publish(post, Git(repository=repo.path, base_branch="release"), False)
    assert repo.git("merge-base", "release", BRANCH) == repo.git("rev-parse", "release")
    assert repo.git("ls-tree", "--name-only", BRANCH).split() == ["README", "postmortems"]


def test_other_work_on_the_branch_stays(repo, post, later):
    publish(post, Git(repository=repo.path), False)
    repo.git("checkout", "-q", BRANCH)
    repo.commit("10:00", "A picture beside it", "postmortems/picture")
    repo.git("checkout", "-q", "main")
    publish(later, Git(repository=repo.path), False)
    assert repo.git("ls-tree", "-r", "--name-only", BRANCH).split() == ["README", PATH, "postmortems/picture"]


def test_a_branch_that_is_checked_out_is_left_alone(repo, post):
    repo.git("checkout", "-q", "-b", BRANCH)
    with pytest.raises(BefellError, match="is checked out"):
        publish(post, Git(repository=repo.path), False)


def test_what_was_merged_is_not_published_again(repo, post):
    publish(post, Git(repository=repo.path), False)
    repo.git("merge", "-q", "--ff-only", BRANCH)
    repo.git("branch", "-q", "-d", BRANCH)
    assert not publish(post, Git(repository=repo.path), False).changed
    assert repo.git("branch", "--list", BRANCH) == ""


def test_a_file_that_befell_did_not_write_is_not_overwritten(repo, post):
    repo.commit("10:00", "By hand", PATH)
    with pytest.raises(EditedThere):
        publish(post, Git(repository=repo.path), False)


def test_the_branch_is_pushed(repo, remote, post, later):
    settings = Git(repository=repo.path, remote="origin")
    publish(post, settings, False)
    publish(later, settings, False)
    assert remote.git("rev-parse", BRANCH) == repo.git("rev-parse", BRANCH)
    assert remote.git("rev-list", "--count", f"main..{BRANCH}") == "2"


def test_it_goes_on_from_what_another_clone_pushed(repo, remote, post, later, tmp_path):
    publish(post, Git(repository=repo.path, remote="origin"), False)
    other = Repo(tmp_path / "other")
    other.git("remote", "add", "origin", str(remote.path))
    other.git("fetch", "-q", "origin")
    other.git("branch", "-q", "main", "origin/main")
    publish(later, Git(repository=other.path, base_branch="main", remote="origin"), False)
    assert remote.git("show", f"{BRANCH}:{PATH}") == later.text.strip()
    assert not publish(later, Git(repository=repo.path, remote="origin"), False).changed
    assert repo.git("rev-parse", BRANCH) == remote.git("rev-parse", BRANCH)


def test_an_edit_that_was_pushed_by_others_is_not_overwritten(repo, remote, post, later, tmp_path):
    publish(post, Git(repository=repo.path, remote="origin"), False)
    other = Repo(tmp_path / "other")
    other.git("remote", "add", "origin", str(remote.path))
    other.git("fetch", "-q", "origin")
    other.git("checkout", "-q", BRANCH)
    other.commit("10:00", "Edit", PATH)
    other.git("push", "-q", "origin", BRANCH)
    with pytest.raises(EditedThere):
        publish(later, Git(repository=repo.path, remote="origin"), False)


def test_branches_that_went_apart_are_told_and_never_forced(repo, remote, post, later, tmp_path):
    publish(post, Git(repository=repo.path, remote="origin"), False)
    first = repo.git("rev-parse", BRANCH)
    publish(later, Git(repository=repo.path, remote="origin"), False)
    repo.git("update-ref", f"refs/heads/{BRANCH}", repo.git("commit-tree", f"{first}^{{tree}}", "-p", first, "-m", "x"))
    with pytest.raises(EditedThere, match="in different ways"):
        publish(post, Git(repository=repo.path, remote="origin"), True)


def test_a_hook_that_runs_befell_does_not_lead_it_astray(repo, post, tmp_path, monkeypatch):
    elsewhere = Repo(tmp_path / "elsewhere")
    monkeypatch.setenv("GIT_DIR", str(elsewhere.path / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(elsewhere.path / ".git" / "index"))
    publish(post, Git(repository=repo.path), False)
    monkeypatch.undo()
    assert repo.git("branch", "--list", BRANCH)
    assert elsewhere.git("branch", "--list", BRANCH) == ""


def test_a_base_that_is_not_there_is_told(repo, post):
    with pytest.raises(BefellError, match="no commit missing to start the branch from"):
        publish(post, Git(repository=repo.path, base_branch="missing"), False)


@pytest.mark.parametrize("settings", [{"branch": "a..b"}, {"remote": "missing"}])
def test_what_git_refuses_is_told(repo, post, settings):
    with pytest.raises(BefellError, match="git "):
        publish(post, Git(repository=repo.path, **settings), False)


def test_a_folder_without_a_repository_is_told(tmp_path, post):
    with pytest.raises(BefellError, match="not a git repository"):
        publish(post, Git(repository=tmp_path), False)
