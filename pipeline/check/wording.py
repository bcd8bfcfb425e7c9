"""The words of the language that a draft is in, back to the English that the rules know."""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from pipeline.draft.templates import shipped
from pipeline.errors import UsageError

_CODE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


@lru_cache(maxsize=16)
def english(code: str, own: Path | None) -> Mapping[str, str]:
    """The English of each text without parts that the templates say in a language; none where it has no words.

    `own` is a folder of templates that goes before the shipped ones. UsageError where its words cannot be read.
    """
    found: dict[str, str] = {}
    for folder in (shipped(), own):
        path = folder / "words" / f"{code}.yaml" if folder else None
        if path and _CODE.fullmatch(code) and path.is_file():
            found |= _read(path)
    return found


def _read(path: Path) -> dict[str, str]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        said = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        pairs = [pair for kind in ("told", "words") for pair in said.get(kind, {}).items()]
        return {translation.casefold(): text for text, translation in pairs if "{" not in text}
    except (YAMLError, UnicodeDecodeError, AttributeError, TypeError):
        fix = "docs/templates.md says what it holds."
        raise UsageError("cannot be used as words of a language.", where=str(path), fix=fix) from None
