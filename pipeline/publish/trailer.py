"""How a file in a git repository says that befell wrote it: the last line of the commit names the file's blob."""

import hashlib

from pipeline.publish.post import Post

_TRAILER = "Befell-Published:"


def blob_id(content: bytes) -> str:
    """The id that git gives a file in a repository with SHA-1."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def message(post: Post, blob: str) -> str:
    """The commit message for a draft whose blob has this id."""
    return f"{post.title}\n\n{_TRAILER} {blob}\n"


def is_ours(commit: str, blob: str) -> bool:
    """Whether the message of the last commit that touched a file says that befell wrote that very file."""
    return f"{_TRAILER} {blob}" in commit


def placed(template: str, post: Post) -> str:
    """The path or branch for a draft."""
    return template.replace("{incident}", post.name)
