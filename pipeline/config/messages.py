"""pydantic's errors in the words of the file: which key, what is wrong, how to mend it; never the value itself."""

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo

from pipeline.config.text import Loc, Problems

_SECRET = re.compile(r"token|password|secret|key|headers|auth", re.IGNORECASE)


def explain(error: ValidationError, model: type[BaseModel], problems: Problems, prefix: Loc = ()) -> None:
    """Add each error of a validation to the problems; `prefix` is where in the file the model stands."""
    for one in error.errors(include_url=False, include_input=False, include_context=False):
        loc = one["loc"]
        problems.add((*prefix, *loc), *_words(one["type"], one["msg"], loc, model))


def _words(kind: str, message: str, loc: Loc, model: type[BaseModel]) -> tuple[str, str]:
    name = str(loc[-1]) if loc else ""
    if kind == "extra_forbidden":
        return "unknown key.", nearest(name, _fields(model, loc[:-1]))
    field = _field(model, loc)
    if kind == "too_short":
        return "is empty.", _hint("Give", name, field)
    if kind == "missing":
        return "missing.", _hint("Add", name, field)
    if field is not None and (_is_secret(field.annotation) or _SECRET.search(name)):
        return "is not valid.", _hint("Give", name, field)
    message = re.sub(r"^(Value error, |Input )", "", message).rstrip(".")
    return f"{message}.", "" if kind == "value_error" else _hint("Give", name, field)


def nearest(name: str, valid: Iterable[str]) -> str:
    """`Did you mean "url"?`, or all the valid names where none is near."""
    names = sorted(valid)
    close = get_close_matches(name, names, n=1)
    return f'Did you mean "{close[0]}"?' if close else f"Valid here: {', '.join(names) or 'nothing'}."


def _hint(verb: str, name: str, field: FieldInfo | None) -> str:
    if field is None or not field.description:
        return ""
    example = field.examples[0] if field.examples and isinstance(field.examples[0], (str, int, float)) else None
    return f"{verb} {field.description}" + (f', such as "{name}: {example}".' if example is not None else ".")


def _is_secret(annotation: Any) -> bool:
    return annotation is SecretStr or any(_is_secret(part) for part in get_args(annotation))


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def _fields(model: type[BaseModel], loc: Sequence[int | str]) -> dict[str, FieldInfo]:
    """The fields that are valid at a place inside a model, by the name that the file uses."""
    models = [model]
    for step in loc:
        found = [field for one in models for name, field in _named(one) if name == step]
        models = [inner for field in found for inner in _models(field.annotation)] or models
    return {name: field for one in models for name, field in _named(one)}


def _named(model: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    for name, field in model.model_fields.items():
        yield field.alias or name, field


def _field(model: type[BaseModel], loc: Loc) -> FieldInfo | None:
    """The innermost field that a place belongs to: list positions and union tags are not fields."""
    for end in range(len(loc), 0, -1):
        if found := _fields(model, loc[: end - 1]).get(str(loc[end - 1])):
            return found
    return None
