"""A GitHub and a GitLab with one repository, for publishing: blobs, branches, commits that name what they changed."""

import re
from base64 import b64decode
from dataclasses import dataclass, field
from hashlib import sha1
from typing import Any

from publishing_stub import Target


def blob(content: bytes) -> str:
    return sha1(b"blob %d\0" % len(content) + content).hexdigest()


@dataclass
class Branch:
    files: dict[str, bytes] = field(default_factory=dict)
    log: list[tuple[str, str, str]] = field(default_factory=list)  # id, path, message

    def commit(self, path: str, content: bytes, message: str) -> str:
        name = sha1(f"{len(self.log)}{path}{message}".encode() + content).hexdigest()
        self.files[path] = content
        self.log.append((name, path, message))
        return name

    def last(self, path: str) -> tuple[str, str, str]:
        return next(one for one in reversed(self.log) if one[1] == path)

    def copy(self) -> "Branch":
        return Branch(dict(self.files), list(self.log))


def repository() -> dict[str, Branch]:
    main = Branch()
    main.commit("README.md", b"hello\n", "Begin")
    return {"main": main}


@dataclass
class Github(Target):
    branches: dict[str, Branch] = field(default_factory=repository)
    pulls: list[dict[str, Any]] = field(default_factory=list)

    def respond(self, method: str, path: str, params: dict[str, str], body: Any) -> tuple[int, Any]:
        if path == "/repos/example/handbook":
            return 200, {"default_branch": "main"}
        path = path.removeprefix("/repos/example/handbook/")
        if found := re.fullmatch(r"git/ref/heads/(.+)", path):
            branch = self.branches.get(found[1])
            return (200, {"object": {"sha": branch.log[-1][0]}}) if branch else (404, {"message": "Not Found"})
        if (method, path) == ("POST", "git/refs"):
            return self._branch(body)
        if path.startswith("contents/"):
            return self._contents(method, path.removeprefix("contents/"), params, body)
        if path == "commits":
            log = [one for one in self.branches[params["sha"]].log if one[1] == params["path"]]
            return 200, [{"sha": name, "commit": {"message": text}} for name, _, text in reversed(log)][:1]
        return self._pulls(method, params, body) if path == "pulls" else (404, {"message": "Not Found"})

    def _branch(self, body: Any) -> tuple[int, Any]:
        name = body["ref"].removeprefix("refs/heads/")
        start = next((one for one in self.branches.values() if one.log[-1][0] == body["sha"]), None)
        if name in self.branches or start is None:
            return 422, {"message": "Reference already exists" if start else "Object does not exist"}
        self.branches[name] = start.copy()
        return 201, {"ref": body["ref"]}

    def _contents(self, method: str, path: str, params: dict[str, str], body: Any) -> tuple[int, Any]:
        branch = self.branches.get(params.get("ref", "") if method == "GET" else body["branch"])
        there = branch.files.get(path) if branch else None
        if method == "GET":
            shown = {"sha": blob(there or b""), "html_url": f"https://github.example/handbook/{path}"}
            return (404, {"message": "Not Found"}) if there is None else (200, shown)
        if there is not None and "sha" not in body:
            return 422, {"message": 'Invalid request.\n\n"sha" wasn\'t supplied.'}
        if there is not None and body["sha"] != blob(there):
            return 409, {"message": f"{path} does not match {body['sha']}"}
        branch.commit(path, b64decode(body["content"]), body["message"])
        return 201, {"content": {"sha": blob(branch.files[path])}}

    def _pulls(self, method: str, params: dict[str, str], body: Any) -> tuple[int, Any]:
        if method == "GET":
            owner, _, head = params["head"].partition(":")
            assert owner == "example"
            return 200, [one for one in self.pulls if one["head"] == head and one["state"] == params["state"]]
        if self.branches[body["head"]].files == self.branches[body["base"]].files:
            return 422, {"message": "Validation Failed", "errors": [{"message": "No commits between main and it"}]}
        number = len(self.pulls) + 1
        self.pulls.append({**body, "state": "open", "html_url": f"https://github.example/handbook/pull/{number}"})
        return 201, self.pulls[-1]


@dataclass
class Gitlab(Target):
    branches: dict[str, Branch] = field(default_factory=repository)
    requests: list[dict[str, Any]] = field(default_factory=list)

    def respond(self, method: str, path: str, params: dict[str, str], body: Any) -> tuple[int, Any]:
        root = "/api/v4/projects/example/handbook"
        assert path.startswith(root)
        path = path.removeprefix(root).strip("/")
        if not path:
            return 200, {"default_branch": "main", "web_url": "https://gitlab.example/handbook"}
        if found := re.fullmatch(r"repository/branches/(.+)", path):
            known = found[1] in self.branches
            return (200, {"name": found[1]}) if known else (404, {"message": "404 Branch Not Found"})
        if found := re.fullmatch(r"repository/files/(.+)", path):
            return self._file(found[1], params["ref"])
        if found := re.fullmatch(r"repository/commits/(.+)", path):
            every = [one for branch in self.branches.values() for one in branch.log]
            return 200, {"message": next(text for name, _, text in every if name == found[1])}
        if path == "repository/commits":
            return self._commit(body)
        return self._requests(method, params, body) if path == "merge_requests" else (404, {"message": "404"})

    def _file(self, path: str, ref: str) -> tuple[int, Any]:
        branch = self.branches[ref]
        if path not in branch.files:
            return 404, {"message": "404 File Not Found"}
        return 200, {"blob_id": blob(branch.files[path]), "last_commit_id": branch.last(path)[0]}

    def _commit(self, body: Any) -> tuple[int, Any]:
        name, (action,) = body["branch"], body["actions"]
        if name in self.branches and "start_branch" in body:
            return 400, {"message": f"A branch called '{name}' already exists. Switch to that branch."}
        branch = self.branches[name] if name in self.branches else self.branches[body["start_branch"]].copy()
        path = action["file_path"]
        if action["action"] == "create" and path in branch.files:
            return 400, {"message": "A file with this name already exists"}
        if action["action"] == "update" and action["last_commit_id"] != branch.last(path)[0]:
            return 400, {
                "message": "You are attempting to update a file that has changed since you started editing it."
            }
        self.branches[name] = branch
        return 201, {"id": branch.commit(path, action["content"].encode(), body["commit_message"])}

    def _requests(self, method: str, params: dict[str, str], body: Any) -> tuple[int, Any]:
        source = params.get("source_branch") or body["source_branch"]
        opened = [one for one in self.requests if one["source_branch"] == source and one["state"] == "opened"]
        if method == "GET":
            return 200, opened
        if opened:
            return 409, {"message": ["Another open merge request already exists for this source branch: !1"]}
        address = f"https://gitlab.example/handbook/-/merge_requests/{len(self.requests) + 1}"
        self.requests.append({**body, "state": "opened", "web_url": address})
        return 201, self.requests[-1]
