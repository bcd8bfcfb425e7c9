"""`befell publish`, from a draft to where others read it."""

from pathlib import Path

import pytest
from support.git_host_stubs import Github
from support.making_repositories import Repo
from support.message_stubs import Slack
from support.publishing_stub import served

from pipeline.cli.main import befell as commands
from pipeline.config.publishing import Publish

DRAFT = "postmortems/INC-7.md"
SECRET = "AKIA" + "Z7Q4M2X9K1B5C8D3"


@pytest.fixture
def handbook(folder, monkeypatch) -> Repo:
    repo = Repo(folder / "handbook")
    repo.commit("09:00", "Begin")
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Alice Example")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "alice@example.org")
    return repo


@pytest.fixture
def draft(befell) -> Path:
    assert befell("draft", "--incident-id", "INC-7").code == 0
    return Path(DRAFT)


def configure(text: str) -> None:
    with Path("befell.yaml").open("a") as file:
        file.write(f"publish:\n{text}")


def test_every_target_that_can_be_named_can_be_configured():
    (option,) = (one for one in commands.commands["publish"].params if one.name == "targets")
    assert list(option.type.choices) == [field.alias or name for name, field in Publish.model_fields.items()]


def test_a_draft_goes_to_a_branch_of_a_clone(befell, draft, handbook):
    configure("  git: {repository: handbook}\n")
    done = befell("publish", DRAFT, "--to", "git")
    assert (done.code, done.err) == (0, "")
    assert done.out == f"{handbook.path}, postmortems/INC-7:postmortems/INC-7.md\n"
    assert handbook.git("show", "postmortems/INC-7:postmortems/INC-7.md") == draft.read_text().strip()


def test_published_again_unchanged_it_says_so(befell, draft, handbook):
    configure("  git: {repository: handbook}\n")
    befell("publish", DRAFT, "--to", "git")
    assert befell("publish", DRAFT, "--to", "git").err == "befell: git: it was there already, unchanged.\n"


def test_an_edit_there_ends_with_4(befell, draft, handbook):
    configure("  git: {repository: handbook}\n")
    befell("publish", DRAFT, "--to", "git")
    handbook.git("checkout", "-q", "postmortems/INC-7")
    handbook.commit("10:00", "Edit", "postmortems/INC-7.md")
    handbook.git("checkout", "-q", "main")
    done = befell("publish", DRAFT, "--to", "git")
    assert (done.code, done.out) == (4, "")
    assert "was edited since befell published it, and is not overwritten." in done.err
    assert befell("publish", DRAFT, "--to", "git", "--overwrite").code == 0


def test_a_message_links_to_what_was_published_before_it(befell, draft, monkeypatch):
    monkeypatch.setenv("SLACK", "xoxb-1")
    with served(Github()) as github, served(Slack()) as slack:
        configure(
            f"  github: {{url: '{github.url}', repository: example/handbook}}\n"
            f"  slack: {{url: '{slack.url}', channel: C0123456789, token: '${{SLACK}}'}}\n"
        )
        done = befell("publish", DRAFT, "--to", "github", "--to", "slack")
        assert done.code == 0, done.err
        assert done.out.splitlines()[0] == "https://github.example/handbook/pull/1"
        assert "<https://github.example/handbook/pull/1|Read the draft>" in str(slack.messages[0]["blocks"])


def test_a_secret_is_published_nowhere(befell, draft, handbook):
    configure("  git: {repository: handbook}\n")
    draft.write_text(draft.read_text().replace("_Answer:_", f"_Answer:_ key {SECRET}", 1))
    line = next(number for number, text in enumerate(draft.read_text().splitlines(), 1) if SECRET in text)
    done = befell("publish", DRAFT, "--to", "git")
    assert done.code == 1
    assert f"{DRAFT}:{line}: holds what looks like a secret (aws-key), and is not published." in done.err
    assert SECRET not in done.err
    assert "postmortems" not in handbook.git("branch", "--list")


def test_a_secret_of_the_configuration_is_published_nowhere(befell, draft, handbook, monkeypatch):
    monkeypatch.setenv("SLACK", "correct horse")
    configure("  git: {repository: handbook}\n  slack: {channel: C0123456789, token: '${SLACK}'}\n")
    draft.write_text(draft.read_text().replace("_Answer:_", "_Answer:_ correct horse", 1))
    assert "(configured-secret)" in befell("publish", DRAFT, "--to", "git").err


def test_an_address_that_a_reviewer_wrote_is_no_secret(befell, draft, handbook):
    configure("  git: {repository: handbook}\n")
    draft.write_text(draft.read_text().replace("_Answer:_", "_Answer:_ ask ops@example.org", 1))
    assert befell("publish", DRAFT, "--to", "git").code == 0


def test_mistakes_in_the_configuration_are_told_with_their_lines(befell, draft):
    configure("  github: {repository: handbook}\n  wiki: {}\n  slack: {channel: '#ops', tokn: x}\n")
    done = befell("publish", DRAFT, "--to", "git")
    assert done.code == 2
    assert "befell.yaml:5: publish.github.repository: " in done.err
    assert "befell.yaml:6: publish.wiki: unknown key. Valid here: " in done.err
    assert 'befell.yaml:7: publish.slack.tokn: unknown key. Did you mean "token"?' in done.err
    assert "befell.yaml:7: publish.slack.channel: " in done.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((DRAFT, "--to", "github"), "publish.github is not configured."),
        ((DRAFT, "--to", "statuspage-draft"), "publish.statuspage-draft is not configured."),
        (("missing.md", "--to", "git"), "there is no file missing.md."),
    ],
)
def test_what_does_not_fit_is_wrong_usage(befell, draft, words, told):
    done = befell("publish", *words)
    assert done.code == 2
    assert told in done.err


def test_only_a_draft_in_markdown_is_published(befell, draft, handbook):
    configure("  git: {repository: handbook}\n")
    Path("notes.md").write_text("# Notes\n")
    assert "notes.md: has no incident in its front matter." in befell("publish", "notes.md", "--to", "git").err
