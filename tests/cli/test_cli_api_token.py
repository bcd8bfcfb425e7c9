"""`befell api-token`: the token is told once, listed without it, and revoked."""

from pathlib import Path

from support.projects import Project, small

from pipeline.store import Store


def test_a_token_is_made_listed_and_revoked(tmp_path: Path) -> None:
    project: Project = small(tmp_path)
    project.configure({"name": "events", "events": "events.jsonl"}, store="store.db")
    made = project.run("api-token", "create", "dora", "--role", "admin")
    token = made.out.strip()
    assert made.code == 0 and token.startswith("befell_") and len(token) > 40
    listed = project.run("api-token", "list").out
    assert listed.startswith("dora\tadmin\t2") and token not in listed
    again = project.run("api-token", "create", "dora")
    assert again.code == 1 and "already" in again.err
    with Store.open(str(tmp_path / "store.db")).access() as access:
        person = access.by_token(token)
        assert person and (person.name, person.role) == ("dora", "admin") and person.may("viewer")
    assert project.run("api-token", "revoke", "dora").code == 0
    assert project.run("api-token", "revoke", "dora").code == 1
    with Store.open(str(tmp_path / "store.db")).access() as access:
        assert access.by_token(token) is None
        assert [entry.action for entry in access.trail()] == ["token revoked", "token created"]
