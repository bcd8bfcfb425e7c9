"""Pull and merge requests."""

import pytest
from support.git_host_stubs import Github, Gitlab
from support.posts import DRAFT, posted
from support.publishing_stub import served

from pipeline.config import publishing
from pipeline.publish import EditedThere, github, gitlab

BRANCH, PATH = "postmortems/INC-42", "postmortems/INC-42.md"


@pytest.fixture(params=["github", "gitlab"])
def host(request, http):
    """(stub, publish, requests) of each."""
    if request.param == "github":
        with served(Github()) as stub:
            settings = publishing.Github(url=stub.url, repository="example/handbook", token="t0ken")
            yield stub, lambda post, overwrite=False: github.publish(post, settings, overwrite, http()), stub.pulls
    else:
        with served(Gitlab()) as stub:
            settings = publishing.Gitlab(url=stub.url, project="example/handbook", token="t0ken")
            yield stub, lambda post, overwrite=False: gitlab.publish(post, settings, overwrite, http()), stub.requests


def test_a_request_is_opened_once(host, post, later):
    stub, publish, requests = host
    first = publish(post)
    assert (
        publish(later).address == first.address == requests[0]["html_url" if "html_url" in requests[0] else "web_url"]
    )
    assert [one["title"] for one in requests] == ["Postmortem: INC-42 – Checkout payments time out"]
    assert stub.branches[BRANCH].files[PATH].decode() == later.text
    assert "README.md" in stub.branches[BRANCH].files
    assert PATH not in stub.branches["main"].files


def test_a_request_that_was_closed_is_followed_by_a_new_one(host, post, later):
    _, publish, requests = host
    publish(post)
    requests[0]["state"] = "closed"
    publish(later)
    assert len(requests) == 2


def test_what_was_merged_is_not_published_again(host, post):
    stub, publish, requests = host
    publish(post)
    stub.branches["main"] = stub.branches.pop(BRANCH)
    requests[0]["state"] = "merged"
    assert not publish(post).changed
    assert BRANCH not in stub.branches


def test_what_was_merged_is_published_from_there_on(host, post, later):
    stub, publish, requests = host
    publish(post)
    stub.branches["main"] = stub.branches.pop(BRANCH)
    requests[0]["state"] = "merged"
    publish(later)
    assert stub.branches[BRANCH].files[PATH].decode() == later.text
    assert len(requests) == 2


def test_a_file_of_others_in_the_base_is_not_overwritten(host, post):
    stub, publish, _ = host
    stub.branches["main"].commit(PATH, b"by hand", "By hand")
    with pytest.raises(EditedThere):
        publish(post)
    assert BRANCH not in stub.branches, "nothing was written"


def test_a_file_that_appears_in_between_is_not_overwritten(host, post):
    stub, publish, _ = host

    def before(method: str, path: str) -> None:
        if method in ("PUT", "POST") and (path.endswith(("/commits", PATH))):
            stub.branches.setdefault(BRANCH, stub.branches["main"].copy()).commit(PATH, b"by hand", "By hand")

    stub.before = before
    with pytest.raises(EditedThere, match="was changed just now"):
        publish(post)


def test_an_id_in_any_letters_has_its_branch_and_file(host):
    stub, publish, _ = host
    for text in (DRAFT, DRAFT.replace("_Answer:_", "forty", 1)):
        publish(posted(text.replace("INC-42", "störung 7/α")))
    (name,) = set(stub.branches) - {"main"}
    assert name.startswith("postmortems/störung-7-α-")
    assert "forty" in stub.branches[name].files[f"{name}.md"].decode()


def test_rate_limits_are_obeyed(host, post):
    stub, publish, _ = host
    stub.limit = 2
    assert publish(post).changed
    assert stub.refused


def test_the_token_is_sent_as_the_host_wants_it(host, post):
    stub, publish, _ = host
    publish(post)
    assert {one["Authorization"] for one in stub.headers} == {"Bearer t0ken"}
