"""A pull request on GitHub: branch, file, request (https://docs.github.com/rest)."""

from base64 import b64encode
from typing import Any
from urllib.parse import quote

from pipeline.config.publishing import Github
from pipeline.http import Http, HttpError
from pipeline.publish.api import Api
from pipeline.publish.post import Done, Post, edited
from pipeline.publish.trailer import blob_id, is_ours, message, placed

_HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
_FIXES = {  # GitHub answers 404 to a token that may not see a repository
    401: "Check token: it is wrong, or has expired.",
    403: "Give the token the permissions Contents: write and Pull requests: write.",
    404: "Check the repository's name, and that the token may write there.",
}


def publish(post: Post, settings: Github, overwrite: bool, http: Http) -> Done:
    """Write the draft to its branch, and open a pull request where none is open. EditedThere, or SourceError."""
    api = Api(settings, http, f"{settings.base}/repos/{settings.repository}", _HEADERS, _FIXES)
    branch, path, content = placed(settings.branch, post), placed(settings.path, post), post.text.encode()
    base = settings.base_branch or api.ask("GET", "").get("default_branch")
    exists = api.find(f"git/ref/heads/{quote(branch)}") is not None
    there, blob = api.find(f"contents/{quote(path)}", ref=branch if exists else base), blob_id(content)
    if there and there["sha"] == blob and not exists:
        return Done(there["html_url"], changed=False)  # it has been merged into the base
    if changed := not there or there["sha"] != blob:
        if there and not overwrite and not _is_ours(api, there["sha"], path, branch if exists else base):
            raise edited(there["html_url"])
        if not exists:
            _branch(api, branch, base)
        _write(api, path, branch, there, content, message(post, blob))
    return Done(_request(api, post, settings.repository.partition("/")[0], branch, base), changed)


def _is_ours(api: Api, blob: str, path: str, branch: str) -> bool:
    """Whether the last commit that touched the file says that befell wrote what stands there."""
    commits = api.ask("GET", "commits", sha=branch, path=path, per_page=1)
    return bool(commits) and is_ours(commits[0]["commit"]["message"], blob)


def _branch(api: Api, branch: str, base: str) -> None:
    start = api.ask("GET", f"git/ref/heads/{quote(base)}")["object"]["sha"]
    api.ask("POST", "git/refs", {"ref": f"refs/heads/{branch}", "sha": start})


def _write(api: Api, path: str, branch: str, there: Any, content: bytes, text: str) -> None:
    body = {"message": text, "content": b64encode(content).decode(), "branch": branch}
    try:
        api.ask("PUT", f"contents/{quote(path)}", {**body, "sha": there["sha"]} if there else body)
    except HttpError as problem:  # 409: another blob stands there by now; 422: a file does, where none was
        if problem.status not in (409, 422):
            raise
        raise edited(problem.where, f"was changed just now ({problem.message})") from None


def _request(api: Api, post: Post, owner: str, branch: str, base: str) -> str:
    """The address of the open pull request of the branch."""
    found = api.ask("GET", "pulls", head=f"{owner}:{branch}", base=base, state="open")
    if not found:
        text = f"The draft of the postmortem of {post.incident}, for review."
        found = [api.ask("POST", "pulls", {"title": post.title, "head": branch, "base": base, "body": text})]
    address: str = found[0]["html_url"]
    return address
