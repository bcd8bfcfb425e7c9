"""The words of the language that a draft is in, back to the English that the rules know."""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from pipeline.draft.templates import shipped
from pipeline.errors import UsageError

_CODE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


@lru_cache(maxsize=16)
def english(code: str, own: Path | None) -> Mapping[str, tuple[str, ...]]:
    """What each text without parts, as templates say it in a language, may be in English; all in small letters.

    `own` is a folder of templates that goes before the shipped ones. UsageError where its words cannot be read.
    """
    found: dict[str, tuple[str, ...]] = {}
    for folder in (shipped(), own):
        path = folder / "words" / f"{code}.yaml" if folder else None
        for text, translation in _read(path) if path and _CODE.fullmatch(code) and path.is_file() else ():
            found[translation] = (*found.get(translation, ()), text)
    return found


def _read(path: Path) -> list[tuple[str, str]]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        said = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        pairs = [pair for kind in ("told", "words") for pair in said.get(kind, {}).items()]
        return [(text.casefold(), translation.casefold()) for text, translation in pairs if "{" not in text]
    except (YAMLError, UnicodeDecodeError, AttributeError, TypeError):
        fix = "docs/templates.md says what it holds."
        raise UsageError("cannot be used as words of a language.", where=str(path), fix=fix) from None
