"""A merge request on GitLab: commit, request (https://docs.gitlab.com/api)."""

from typing import Any
from urllib.parse import quote

from pipeline.config.publishing import Gitlab
from pipeline.http import Http, HttpError
from pipeline.publish.api import Api
from pipeline.publish.post import Done, Post, edited
from pipeline.publish.trailer import blob_id, is_ours, message, placed

_FIXES = {
    401: "Check token: it is wrong, expired or revoked.",
    403: "Give the token the scope api and its user the role Developer.",
    404: "Check the project's path, and that the token's user may see it.",
}


def publish(post: Post, settings: Gitlab, overwrite: bool, http: Http) -> Done:
    """Commit the draft to its branch, and open a merge request where none is open. EditedThere, or SourceError."""
    api = Api(settings, http, f"{settings.base}/api/v4/projects/{quote(settings.project, safe='')}", fixes=_FIXES)
    branch, path = placed(settings.branch, post), placed(settings.path, post)
    project = api.ask("GET", "")
    base = settings.base_branch or project["default_branch"]
    exists = api.find(f"repository/branches/{quote(branch, safe='')}") is not None
    there = api.find(f"repository/files/{quote(path, safe='')}", ref=branch if exists else base)
    blob = blob_id(post.text.encode())
    if there and there["blob_id"] == blob and not exists:
        return Done(f"{project['web_url']}/-/blob/{base}/{path}", changed=False)  # it has been merged into the base
    if changed := not there or there["blob_id"] != blob:
        if there and not overwrite and not _is_ours(api, there):
            raise edited(f"{project['web_url']}/-/blob/{branch if exists else base}/{path}")
        start = {} if exists else {"start_branch": base}
        _commit(api, {"branch": branch, **start, "commit_message": message(post, blob)}, path, post.text, there)
    return Done(_request(api, post, branch, base), changed)


def _is_ours(api: Api, there: Any) -> bool:
    commit = api.ask("GET", f"repository/commits/{there['last_commit_id']}")
    return is_ours(commit["message"], there["blob_id"])


def _commit(api: Api, commit: dict[str, Any], path: str, text: str, there: Any) -> None:
    """One commit with one file; GitLab refuses it where the file is no longer as it was seen."""
    action = {"action": "update" if there else "create", "file_path": path, "content": text, "encoding": "text"}
    seen = {"last_commit_id": there["last_commit_id"]} if there else {}
    try:
        api.ask("POST", "repository/commits", {**commit, "actions": [{**action, **seen}]})
    except HttpError as problem:
        if problem.status != 400:
            raise
        raise edited(problem.where, f"was changed just now ({problem.message})") from None


def _request(api: Api, post: Post, branch: str, base: str) -> str:
    """The address of the open merge request of the branch."""
    found = api.ask("GET", "merge_requests", source_branch=branch, target_branch=base, state="opened")
    if not found:
        text = f"The draft of the postmortem of {post.incident}, for review."
        wanted = {"source_branch": branch, "target_branch": base, "title": post.title, "description": text}
        found = [api.ask("POST", "merge_requests", wanted)]
    address: str = found[0]["web_url"]
    return address
