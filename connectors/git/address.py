"""Addresses of repositories: without credentials, as a stable identity, and as links that a reader can follow."""

import base64
import re
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit, urlunsplit

_SCP = re.compile(r"(?:[^@/]+@)?([^:/@]+):(?!//)(.+)")


def without_credentials(url: str) -> str:
    """The address without password, and for http without user: fit to print, to store, and to be an identity."""
    parts = urlsplit(url)
    if "://" not in url or not parts.netloc:
        return url
    user, _, host = parts.netloc.rpartition("@")
    name = "" if parts.scheme in ("http", "https") else user.partition(":")[0]
    return urlunsplit((parts.scheme, f"{name}@{host}" if name else host, parts.path, "", ""))


def identity(url: str) -> str:
    """The address as https and ssh clones of the same repository share it: host/owner/name."""
    plain = web(url) or without_credentials(url)
    return re.sub(r"^(?:https?|ssh|git)://(?:[^@/]+@)?", "", plain).rstrip("/").removesuffix(".git")


def web(url: str) -> str:
    """The https address of a repository's page, or "" where the address has no host."""
    plain = without_credentials(url)
    parts = urlsplit(plain)
    if parts.scheme in ("http", "https", "ssh", "git") and parts.hostname:
        port = f":{parts.port}" if parts.scheme in ("http", "https") and parts.port else ""
        scheme = "http" if parts.scheme == "http" else "https"
        return f"{scheme}://{parts.hostname}{port}{parts.path}".rstrip("/").removesuffix(".git")
    if "://" not in plain and (found := _SCP.fullmatch(plain)):
        return f"https://{found[1]}/{found[2].lstrip('/')}".rstrip("/").removesuffix(".git")
    return ""


def link_template(url: str) -> str:
    """The link to a commit on GitHub, GitLab or Bitbucket, or "" where the host is none of them."""
    page = web(url)
    host = urlsplit(page).hostname or ""
    for name, path in (("github", "commit"), ("gitlab", "-/commit"), ("bitbucket.org", "commits")):
        if name in host:
            return page.replace("{", "{{").replace("}", "}}") + f"/{path}/{{sha}}"
    return ""


def link(template: str, *, sha: str, tag: str, branch: str) -> str:
    """The template filled in; tag and branch are escaped."""
    return template.format(sha=sha, short=sha[:7], tag=quote(tag, safe="/"), branch=quote(branch, safe="/"))


def credentials(url: str, token: str) -> tuple[dict[str, str], list[str]]:
    """The environment that authenticates git towards an http address, and the secrets in it.

    A header in the environment: an address with a password would show in the process list and in the clone.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        return {}, [parts.password or ""] if "://" in url else []
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if token:
        user, password = user or "token", token
    if not user:
        return {}, []
    packed = base64.b64encode(f"{user}:{password}".encode()).decode()
    origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/"
    header = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": f"http.{origin}.extraHeader"}
    return header | {"GIT_CONFIG_VALUE_0": f"Authorization: Basic {packed}"}, [packed, password, parts.password or ""]


def local(url: str, base: Path) -> str:
    """The address, with a path on this machine (a bundle, a folder) taken from `base`."""
    if "://" in url or _SCP.fullmatch(url):
        return url
    return str((base / Path(url).expanduser()).absolute())
