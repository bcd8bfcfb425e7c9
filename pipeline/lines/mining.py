"""Templates that differ in a word which stands for many: names of users, of hosts and of files.

Works on the few templates that masking leaves, never on lines, so that it comes last: whatever was counted where, the
same set of templates gives the same answer. Templates are a family where they are equal but for one word. That word is
a value where the family has MANY words for it, or where a masked value is one of them. (Drain, He et al., ICWS 2017,
and Brain, Yu et al., TSC 2023, look at lines in turn, or at how often words come together; neither is needed here.)
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

MANY = 5  # words for one place: fewer may be states, such as opened and closed
VALUES = 3  # the same behind an equals sign, or where all are names of files, hosts or classes
ROUNDS = 4
WILD = "<*>"
_NAME = re.compile(r"\w[./@\\]\w|^/")
_ERROR = re.compile(r"(?:Exception|Error|Throwable)$")  # what went wrong is no value
_WORD = r"(?:<\*>|[^\s=:,;()\[\]\"'<>])+"
_PARTS = re.compile(rf"(?=[\w-]+\.\w){_WORD}(?::<\*>)?|{_WORD}|.", re.DOTALL)  # a host and its port are one
_RUN = re.compile(r"<\*>(?:[-+.:,/]+<\*>)+")  # one value, as where lines are masked
_VALUE = re.compile(r"(?<=[(\[=])<\*>(?=[)\],;\s]|$)")

Parts = tuple[str, ...]


def mined(templates: Iterable[str]) -> dict[str, str]:
    """For each template the one that it belongs to; often itself. The order of templates does not show."""
    found = {template: tuple(_PARTS.findall(template)) for template in templates}
    for _ in range(ROUNDS):
        before = found
        found = _round(found)
        if found == before:
            break
    return _filled({template: "".join(parts) for template, parts in found.items()})


def _round(found: dict[str, Parts]) -> dict[str, Parts]:
    alike: dict[int, list[Parts]] = defaultdict(list)
    for parts in set(found.values()):
        alike[len(parts)].append(parts)
    wild: dict[Parts, set[int]] = defaultdict(set)
    for length, templates in alike.items():
        sums = [sum(map(hash, enumerate(parts))) for parts in templates]
        for place in range(length):
            for members in _families(templates, sums, place):
                if _varies(place, members):
                    for parts in members:
                        wild[parts].add(place)
    masked = {parts: _masked(parts, places) for parts, places in wild.items()}
    return {template: masked.get(parts, parts) for template, parts in found.items()}


def _families(templates: list[Parts], sums: list[int], place: int) -> Iterator[list[Parts]]:
    """The templates that are equal but for the word in one place; `sums` are those of the hashes of their words."""
    likely: dict[int, list[Parts]] = defaultdict(list)
    for parts, whole in zip(templates, sums, strict=True):
        part = parts[place]
        if WILD in part or part[0] == "/" or part[0].isalpha():
            likely[whole - hash((place, part))].append(parts)
    for some in likely.values():
        if len(some) > 1:
            families: dict[tuple[Parts, Parts], list[Parts]] = defaultdict(list)
            for parts in some:
                families[parts[:place], parts[place + 1 :]].append(parts)
            yield from (members for members in families.values() if len(members) > 1)


def _varies(place: int, members: list[Parts]) -> bool:
    """Whether a family's one word is a value. Two words at least are what a line says, and the first unless a name."""
    one = members[0]
    said = sum(1 for at, part in enumerate(one) if at != place and part[0].isalpha())
    words = {parts[place] for parts in members}
    named = all(_NAME.search(word) or WILD in word for word in words)
    if said < 2 or (not place and not named) or any(map(_ERROR.search, words)):
        return False
    if any(WILD in word for word in words):
        return True
    return len(words) >= (VALUES if named or one[place - 1] == "=" else MANY)


def _masked(parts: Parts, places: set[int]) -> Parts:
    text = "".join(WILD if place in places else part for place, part in enumerate(parts))
    return tuple(_PARTS.findall(_RUN.sub(WILD, text)))


def _filled(found: dict[str, str]) -> dict[str, str]:
    """`user=` and `()` are values too where others have one there."""
    fullest: dict[str, str] = {}
    for template in set(found.values()):
        bare = _VALUE.sub("", template)
        fullest[bare] = max(fullest.get(bare, ""), template, key=lambda one: (len(one), one))
    return {template: fullest[_VALUE.sub("", to)] for template, to in found.items()}
