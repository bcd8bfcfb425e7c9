"""The words of a draft in one language. English is what templates and code say themselves; others have a catalogue.

`templates/words/CODE.yaml` has `words`, by the English of the templates, and `told`, by the English of what the code
composes. There `{n}` and `{m}` stand for numbers, `{span}` for a length of time, `{at}`, `{start}` and `{end}` for
times, `{said}` and `{also}` for texts that are themselves looked up, others for any text.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.draft.text import Markdown, finalize
from pipeline.errors import BefellError

_PART = re.compile(r"\{([a-z_]+)\}")
_NUMBER = re.compile(r"\d[\d,.]*")
_TIME = r"[\dTZ:.+ -]+(?:UTC)?"
_SHAPES = {
    "n": r"[\d,.]+", "m": r"[\d,.]+", "span": r"\d+ (?:d|h|min|s)(?: \d+ (?:h|min|s))?",
    "at": _TIME, "start": _TIME, "end": _TIME,
}  # fmt: skip
LONGEST = 2_000  # characters of a text that is looked up: a longer one is not befell's own
_REMEMBERED = 10_000  # texts whose translation is kept at hand


class Language:
    """One language; `number` has what stands for `,` and `.` in numbers, where that is something else."""

    def __init__(
        self, code: str = "en", words: Mapping[str, str] | None = None, told: Mapping[str, str] | None = None,
        number: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.code, self._words, self._told = code, words or {}, told or {}
        self._digits = str.maketrans(dict(number or {}))
        longest_first = sorted(self._told, key=lambda text: -len(_PART.sub("", text)))
        self._shapes = [(_shape(text), self._told[text]) for text in longest_first if _PART.search(text)]
        self._known: dict[str, str] = {}

    def say(self, text: str, /, **parts: Any) -> Markdown:
        """A text of a template, which is Markdown; the parts that are put into it are escaped."""
        found = self._words.get(text, text)
        return Markdown(found.format(**{name: finalize(part) for name, part in parts.items()}) if parts else found)

    def plain(self, text: str, /, **parts: Any) -> str:
        """A text of a template that is not Markdown, but escapes what it prints itself."""
        found = self._words.get(text, text)
        return found.format(**parts) if parts else found

    def told(self, text: str) -> str:
        """A text that befell composed, as this language says it; what is not in the catalogue stays as it is."""
        if not self._told or not text or len(text) > LONGEST:
            return text
        if text not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[text] = self._translated(text)
        return self._known[text]

    def listed(self, text: str, separator: str = "; ") -> str:
        """Such a text, or a list of them."""
        found = self.told(text)
        return found if found != text or not self._told else separator.join(map(self.told, text.split(separator)))

    def digits(self, text: str) -> str:
        """The numbers of a text as this language writes them: `4.128`, `0,22 %`."""
        return _NUMBER.sub(lambda found: found[0].translate(self._digits), text) if self._digits else text

    def _translated(self, text: str) -> str:
        if known := self._told.get(text) or self._words.get(text):
            return known
        for shape, translation in self._shapes:
            if found := shape.fullmatch(text):
                return translation.format(**{name: self._part(name, part) for name, part in found.groupdict().items()})
        return text

    def _part(self, name: str, part: str) -> str:
        return self.listed(part) if name in ("said", "also") else self.digits(part) if name in ("n", "m") else part


def _shape(text: str) -> re.Pattern[str]:
    """What a text with parts in it looks like."""
    pieces = _PART.split(text)
    found = [
        re.escape(piece) if place % 2 == 0 else f"(?P<{piece}>{_SHAPES.get(piece, '.+?')})"
        for place, piece in enumerate(pieces)
    ]
    return re.compile("".join(found), re.DOTALL)


ENGLISH = Language()


@lru_cache(maxsize=16)
def language(code: str, *folders: Path) -> Language:
    """The language with this code; words of an earlier folder go before those of a later one.

    BefellError where no folder has words for it, or words cannot be used.
    """
    if code == ENGLISH.code:
        return ENGLISH
    files = [path for folder in reversed(folders) if (path := folder / "words" / f"{code}.yaml").is_file()]
    if not files:
        known = sorted({path.stem for folder in folders for path in (folder / "words").glob("*.yaml")} | {ENGLISH.code})
        raise BefellError(
            f"language {code}: there are no words for it.", fix=f"Known are {', '.join(known)}; see docs/templates.md."
        )
    words: dict[str, dict[str, str]] = {"words": {}, "told": {}, "number": {}}
    for path in files:
        for kind, found in _read(path).items():
            words[kind] |= found
    return Language(code, **words)


def _read(path: Path) -> dict[str, dict[str, str]]:
    """The catalogue in a file; BefellError where it cannot be used."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        found = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    except (YAMLError, UnicodeDecodeError) as problem:
        mark = getattr(problem, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        raise BefellError("is no YAML in UTF-8.", where=where, fix="Mend that line.") from None
    kinds = ("words", "told", "number")
    if not isinstance(found, dict) or not all(kind in kinds and isinstance(found[kind], dict) for kind in found):
        raise BefellError("has other keys than words, told and number.", where=str(path), fix="See docs/templates.md.")
    for text, translation in ((text, one) for kind in found.values() for text, one in kind.items()):
        surplus = set(_PART.findall(str(translation))) - set(_PART.findall(str(text)))
        if not isinstance(text, str) or not isinstance(translation, str) or surplus:
            what = f"the translation of {text!r} is no text, or has a part that is not in it."
            raise BefellError(what, where=str(path), fix="Write a text with the same {parts}, in quotes.")
    return found
