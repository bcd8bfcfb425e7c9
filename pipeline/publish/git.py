"""A branch in a clone on this machine: one commit a publication, no work tree touched, nothing forced."""

import os
import subprocess
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.config.publishing import Git
from pipeline.errors import BefellError
from pipeline.publish.post import Done, Post, edited
from pipeline.publish.trailer import is_ours, message, placed

# Set while a hook of git runs befell: they would lead away from the configured clone.
_LOCAL = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_PREFIX")
_NONE = "0" * 40


def publish(post: Post, settings: Git, overwrite: bool) -> Done:
    """Commit the draft to its branch and, with a remote, push it. EditedThere, or BefellError with what git said."""
    clone, branch, path = _Clone(settings.repository), placed(settings.branch, post), placed(settings.path, post)
    clone.run("check-ref-format", "--branch", branch)
    ref, where = f"refs/heads/{branch}", f"{settings.repository}, {branch}:{path}"
    if f"branch {ref}" in clone.run("worktree", "list", "--porcelain").splitlines():
        raise BefellError(
            "this branch is checked out.", where=where, fix="Check out another one there, or name another."
        )
    local = clone.find(ref)
    tip = _newest(clone, ref, local, settings.remote, where)
    base = settings.base_branch or "HEAD"
    if not (parent := tip or clone.find(f"{base}^{{commit}}")):
        fix = "Check the clone, and publish.git.base_branch."
        raise BefellError(
            f"there is no commit {base} to start the branch from.", where=str(settings.repository), fix=fix
        )
    there, blob = clone.find(f"{parent}:{path}"), clone.run("hash-object", "-w", "--stdin", given=post.text)
    free = not there or there == blob or overwrite
    if not free and not is_ours(clone.run("log", "-1", "--format=%B", parent, "--", path), there):
        raise edited(where)
    commit = parent if there == blob else clone.commit(parent, path, blob, message(post, blob))
    if there == blob and not tip:
        return Done(where, changed=False)  # it has been merged into the base
    if commit != local:
        clone.run("update-ref", "-m", "befell publish", ref, commit, local or _NONE)
    if settings.remote:
        clone.run("push", "--quiet", settings.remote, f"{ref}:{ref}")
    return Done(where, changed=there != blob)


def _newest(clone: "_Clone", ref: str, local: str, remote: str, where: str) -> str:
    """The branch's last commit, here or at the remote; "" where there is none yet."""
    if not remote or not clone.run("ls-remote", "--heads", remote, ref):
        return local
    clone.run("fetch", "--quiet", remote, ref)
    theirs = clone.run("rev-parse", "FETCH_HEAD")
    if not local or clone.run("merge-base", local, theirs) == local:
        return theirs
    if clone.run("merge-base", local, theirs) == theirs:
        return local
    raise edited(where, f"the branch went on at {remote} and here in different ways")


class _Clone:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def run(self, *words: str, given: str = "", index: str = "") -> str:
        """What git prints, without the last line end; BefellError where it fails."""
        kept = {name: value for name, value in os.environ.items() if name not in _LOCAL}
        environment = {**kept, "GIT_TERMINAL_PROMPT": "0", **({"GIT_INDEX_FILE": index} if index else {})}
        try:
            done = subprocess.run(
                ["git", "-C", str(self._folder), *words], input=given.encode(), capture_output=True, env=environment,
                check=False,
            )  # fmt: skip
        except FileNotFoundError:
            raise BefellError("git is not installed.", fix="Install git.") from None
        if done.returncode:
            said = " ".join(done.stderr.decode(errors="replace").split()) or f"it ended with {done.returncode}"
            raise BefellError(f"git {words[0]}: {said}", where=str(self._folder), fix="Mend it in the clone.")
        return done.stdout.decode(errors="replace").rstrip("\n")

    def find(self, name: str) -> str:
        """The id of an object, or "" where there is none."""
        with suppress(BefellError):
            return self.run("rev-parse", "--verify", "--quiet", name)
        return ""

    def commit(self, parent: str, path: str, blob: str, text: str) -> str:
        """A commit on top of `parent` with one file changed, made in an index of its own."""
        with TemporaryDirectory() as folder:
            index = str(Path(folder) / "index")
            self.run("read-tree", parent, index=index)
            self.run("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}", index=index)
            tree = self.run("write-tree", index=index)
        return self.run("commit-tree", tree, "-p", parent, "-F", "-", given=text)
