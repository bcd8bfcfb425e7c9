"""Publishing a draft: a branch, a request, a page, a message. What was edited there is overwritten only if asked."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from importlib import import_module
from typing import Any

from pipeline.collect.clean import rules
from pipeline.config import Config
from pipeline.errors import BefellError, UsageError
from pipeline.http import Http
from pipeline.publish.post import Done, EditedThere, Post, read
from pipeline.redact import Redactor

__all__ = ["Done", "EditedThere", "Post", "publish", "read", "refuse_secrets"]


def publish(
    post: Post, target: str, config: Config, clock: Callable[[], datetime], *, overwrite: bool = False, at: str = ""
) -> Done:
    """Publish a draft; `at` is the incident's id on the status page. EditedThere, or what the target refused."""
    name = target.removesuffix("-draft")
    settings = getattr(config.publish, name)
    if settings is None:
        raise UsageError(f"publish.{target} is not configured.", fix="docs/publish.md has an example of each.")
    act: Callable[..., Done] = partial(import_module(f"pipeline.publish.{name}").publish, post, settings)
    if name == "git":
        return act(overwrite)
    http = Http(settings.time_limit, clock)
    more: dict[str, Any] = {"slack": {}, "statuspage": {"overwrite": overwrite, "target": at}}.get(
        name, {"overwrite": overwrite}
    )
    return act(**more, http=http)


def refuse_secrets(post: Post, config: Config, file: str) -> None:
    """BefellError where the draft holds what redaction takes for a secret: it names kinds and lines, not the secret."""
    if not (kinds := _kinds(post.text, config)):
        return
    lines = [number for number, line in enumerate(post.text.splitlines(), start=1) if _kinds(line, config)]
    raise BefellError(
        f"holds what looks like a secret ({', '.join(sorted(kinds))}), and is not published.",
        where=f"{file}:{lines[0]}" if lines else file,
        fix=f"Take it out of the draft{f' (lines {_listed(lines)})' if len(lines) > 1 else ''}.",
    )


def _kinds(text: str, config: Config) -> set[str]:
    """What redaction finds; an e-mail address is no secret where a reviewer wrote it."""
    redactor = Redactor(rules(config))
    redactor.text(text)
    return set(redactor.counts) - {"email"}


def _listed(lines: list[int]) -> str:
    return ", ".join(map(str, lines[:10])) + (" …" if len(lines) > 10 else "")
