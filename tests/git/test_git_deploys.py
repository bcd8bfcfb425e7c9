"""Deploys and rollbacks out of real repositories."""

import pytest
from making_repositories import Repo, at, read

from pipeline.event import Event


@pytest.fixture
def repo(tmp_path):
    return Repo(tmp_path / "shop")


def test_an_annotated_tag_is_a_deploy_at_the_time_of_the_tag(tmp_path, repo):
    first = repo.commit("08:00", "Start")
    repo.tag("08:10", "v1.4.0", message="Deploy 1.4.0")
    repo.commit("09:00", "Read carts from the replica", "src/cart.py")
    sha = repo.commit("09:05", "Use the new connection pool", "src/pool.py", "deploy/prod.yaml")
    repo.tag("09:20", "v1.5.0", message="Deploy 1.5.0\n\nfor checkout")
    (event,), rejected, notices = read(tmp_path, path="shop", service="checkout", link="https://git.example/{short}")
    assert event == Event(
        at=at("09:20"), at_text="2026-11-24T10:20:00+01:00", precision_s=1.0, kind="deploy", moment="deployed",
        title=f"Deploy v1.5.0 ({sha[:7]}): Use the new connection pool", native_id="v1.5.0", service="checkout",
        labels={
            "sha": sha, "tag": "v1.5.0", "rule": "tags *", "previous": "v1.4.0", "previous_sha": first, "commits": "2",
            "changed_paths": "deploy/prod.yaml, src/cart.py, src/pool.py", "changed_path_count": "3",
        },
        url=f"https://git.example/{sha[:7]}", body="Deploy 1.5.0\n\nfor checkout", actor_role="login:alice@example.org",
    )  # fmt: skip
    assert not rejected and not notices


def test_a_lightweight_tag_counts_at_the_time_of_its_commit(tmp_path, repo):
    repo.commit("09:05", "Change")
    repo.tag("10:59", "v1")
    assert [event.at for event in read(tmp_path, path="shop")[0]] == [at("09:05")]


def test_a_tag_of_a_tag_means_the_commit_and_a_tag_of_a_file_is_rejected(tmp_path, repo):
    sha = repo.commit("09:05", "Change")
    repo.tag("09:10", "inner", message="one")
    repo.tag("09:15", "deploy/1", "inner", message="two")
    repo.tag("09:20", "deploy/2", repo.git("rev-parse", "HEAD:file"), message="a file")
    (event,), (rejected,), _ = read(tmp_path, path="shop", deploys=[{"tags": "deploy/*"}])
    assert event.labels["sha"] == sha
    assert (rejected.where, rejected.why) == ("tag deploy/2", "points to no commit of this repository.")


def test_only_tags_within_the_window_come_and_all_count_as_the_one_before(tmp_path, repo):
    for clock, name in (("07:00", "v1"), ("08:59", "v2"), ("09:00", "v3"), ("10:59", "v4"), ("11:00", "v5")):
        repo.commit(clock, f"Change {name}")
        repo.tag(clock, name)
    events, *_ = read(tmp_path, path="shop")
    assert [(event.native_id, event.labels["previous"]) for event in events] == [("v3", "v2"), ("v4", "v3")]


def test_a_commit_that_ran_before_is_a_rollback_of_what_ran_last(tmp_path, repo):
    good = repo.commit("07:00", "Good")
    repo.tag("08:00", "deploy/1", message="deploy")
    repo.commit("09:00", "Bad")
    repo.tag("09:10", "deploy/2", message="deploy")
    repo.tag("09:40", "deploy/3", good, message="deploy")
    two, three = read(tmp_path, path="shop")[0]
    assert (two.moment, three.moment) == ("deployed", "rolled back")
    assert three.labels["rollback"] == "the commit ran before, as deploy/1"
    assert three.labels["rolls_back"] == "deploy/2" and three.title == f"Roll back deploy/3 ({good[:7]})"


def test_a_candidate_that_becomes_the_release_is_no_rollback(tmp_path, repo):
    repo.commit("09:00", "Change")
    repo.tag("09:10", "v2-rc1", message="candidate")
    repo.tag("09:20", "v2", message="release")
    assert [event.moment for event in read(tmp_path, path="shop")[0]] == ["deployed", "deployed"]


def test_services_and_environments_of_one_repository_do_not_mix(tmp_path, repo):
    first, second = repo.commit("08:00", "One"), repo.commit("08:05", "Two")
    for clock, name, sha in (
        ("09:00", "staging/api/v1", first), ("09:05", "staging/api/v2", second), ("09:10", "prod/api/v1", first),
        ("09:15", "prod/web/v1", first), ("09:20", "other", first),
    ):  # fmt: skip
        repo.tag(clock, name, sha, "deploy")
    pattern = "(?P<environment>[^/]+)/(?P<service>[^/]+)/(?P<version>.+)"
    events, *_ = read(tmp_path, path="shop", service="shop", service_pattern=pattern)
    assert [event.service for event in events] == ["api", "api", "api", "web", "shop"]
    assert [event.labels.get("version", "") for event in events] == ["v1", "v2", "v1", "v1", ""]
    assert [event.labels.get("previous", "") for event in events] == ["", "staging/api/v1", "", "", ""]
    assert {event.moment for event in events} == {"deployed"}


@pytest.mark.parametrize(
    ("tag", "note", "message", "why"),
    [
        ("rollback-v1.4", "", "Change", "tag name"),
        ("v1.4_rollback", "", "Change", "tag name"),
        ("v1.6", "Roll back to 1.4", "Change", "tag message"),
        ("v1.6", "", 'Revert "Use the new pool"\n\nThis reverts commit {bad}.', "commit message"),
        ("v1.6", "", "fix(pool): revert the pool size", "commit message"),
        ("v1.6", "", "Emergency rollback of checkout", "commit message"),
        ("v1.6", "", "Merge pull request #7 from example/revert-6-pool\n\nRevert \"Pool\"", "commit message"),
        ("v1.6", "", "Add a rollback button", ""),
        ("v1.6", "", "feat: support rollback of migrations", ""),
        ("v1.6", "", "Irreversible change", ""),
    ],
)  # fmt: skip
def test_a_rollback_is_known_by_what_it_says(tmp_path, repo, tag, note, message, why):
    bad = repo.commit("08:00", "Use the new pool")
    repo.tag("08:30", "v1.5", message="deploy")
    repo.commit("09:00", message.replace("{bad}", bad))
    repo.tag("09:10", tag, message=note)
    (event,), *_ = read(tmp_path, path="shop")
    assert event.moment == ("rolled back" if why else "deployed")
    assert event.labels.get("rollback", "") == (f"the {why} says so" if why else "")
    assert event.labels.get("rolls_back", "") == ("v1.5" if "{bad}" in message else "")


def test_merges_of_a_branch_are_deploys_without_anybodys_name(tmp_path, repo):
    repo.commit("08:00", "Start")
    repo.git("branch", "release")
    repo.commit("08:30", "Work", "work")
    repo.git("switch", "-q", "release")
    repo.commit("09:00", "Straight onto the branch", "other")
    pull = repo.merge("09:10", "main", "Merge pull request #12 from alice/pool\n\nUse the new pool")
    repo.git("switch", "-q", "main")
    repo.commit("09:15", "More", "more")
    repo.git("switch", "-q", "release")
    repo.merge("09:20", "main", "Merge branch 'main' of github.com:alice/shop into release")
    first, second = read(tmp_path, path="shop", service="shop", deploys=[{"branch": "release", "merges": True}])[0]
    assert (first.at, first.native_id) == (at("09:10"), pull)
    assert first.title == f"Deploy shop from release ({pull[:7]}): Merge pull request #12: Use the new pool"
    assert second.title.endswith(": Merge branch 'main' into release") and second.labels["previous"] == pull[:7]
    assert first.labels["branch"] == "release" and first.labels["rule"] == "branch release, merges"


def test_commits_that_change_the_deploy_folder_are_deploys(tmp_path, repo):
    repo.commit("08:00", "Start")
    api = repo.commit("09:00", "Raise api to 2", "deploy/prod/api/version")
    repo.commit("09:10", "Staging only", "deploy/staging/api/version")
    both = repo.commit("09:20", "Raise both", "deploy/prod/api/version", "deploy/prod/web/version")
    rules = [
        {"branch": "main", "paths": [f"deploy/prod/{service}/**"], "service": service} for service in ("api", "web")
    ]
    events, *_ = read(tmp_path, path="shop", deploys=rules)
    assert [(event.native_id, event.service) for event in events] == [
        (api, "api"),
        (both, "api"),
        (f"{both} web", "web"),
    ]


def test_merges_that_change_nothing_below_the_paths_do_not_count(tmp_path, repo):
    repo.commit("08:00", "Start")
    repo.git("switch", "-qc", "work")
    repo.commit("08:10", "Work", "src/a")
    repo.git("switch", "-q", "main")
    repo.merge("09:00", "work", "Merge source")
    repo.git("switch", "-qc", "more")
    repo.commit("09:05", "Ship", "deploy/prod/x")
    repo.git("switch", "-q", "main")
    shipped = repo.merge("09:10", "more", "Merge deploy")
    rule = {"branch": "main", "merges": True, "paths": ["deploy/prod/**"]}
    assert [event.native_id for event in read(tmp_path, path="shop", deploys=[rule])[0]] == [shipped]


def test_one_tag_by_two_rules_is_one_deploy(tmp_path, repo):
    repo.commit("09:00", "Change")
    repo.tag("09:10", "v1")
    assert len(read(tmp_path, path="shop", deploys=[{"tags": ["v*", "x"]}, {"tags": "*1"}])[0]) == 1


def test_many_changed_paths_are_counted_and_the_first_ten_named(tmp_path, repo):
    repo.commit("08:00", "Start", "a")
    repo.tag("08:00", "v1")
    repo.commit("09:00", "Much", *(f"src/{number:02}" for number in range(12)))
    repo.tag("09:00", "v2")
    labels = read(tmp_path, path="shop")[0][0].labels
    assert labels["changed_path_count"] == "12"
    assert labels["changed_paths"].startswith("src/00, src/01,") and labels["changed_paths"].endswith(
        "src/09 and 2 more"
    )


def test_strange_messages_survive(tmp_path, repo):
    repo.commit("09:00", "Tabs\tand \x1b[31mred\x07 and ü", "päth\twith\nlines")
    repo.tag("09:01", "v1", message="one\x01two")
    latin = repo.git("rev-parse", "HEAD^{tree}")
    (tmp_path / "latin").write_bytes("Grüße".encode("latin-1"))
    commit = repo.git(
        "-c", "i18n.commitEncoding=ISO-8859-1", "commit-tree", latin, "-F", str(tmp_path / "latin"), clock="09:05"
    )  # fmt: skip
    repo.tag("09:05", "v2", commit)
    (tmp_path / "bytes").write_bytes(b"broken \xff\xfe bytes")
    repo.tag("09:10", "v3", repo.git("commit-tree", latin, "-F", str(tmp_path / "bytes"), clock="09:10"))
    one, two, three = read(tmp_path, path="shop")[0]
    assert "Tabs\tand \x1b[31mred\x07 and ü" in one.title and one.body == "one\x01two"
    assert two.title.endswith(": Grüße") and "broken" in three.title
    three.title.encode()


def test_an_impossible_date_is_rejected(tmp_path, repo):
    old = {f"GIT_{role}_DATE": "@1 +0000" for role in ("AUTHOR", "COMMITTER")}
    repo.commit("09:00", "Long ago", **old)
    repo.tag("09:00", "v1")
    events, (rejected,), _ = read(tmp_path, path="shop")
    assert not events and rejected.where == "tag v1" and rejected.why.startswith("time: 1970-01-01")


@pytest.mark.parametrize(
    ("email", "login"),
    [("12345+alice@users.noreply.github.com", "login:alice"), ("bob@example.org", "login:bob@example.org")],
)
def test_who_deployed_is_left_to_collect(tmp_path, repo, email, login):
    repo.commit("09:00", "Change", GIT_AUTHOR_EMAIL=email)
    repo.tag("09:00", "v1")
    (event,), *_ = read(tmp_path, path="shop")
    assert event.actor_role == login and "Alice" not in repr(event)
