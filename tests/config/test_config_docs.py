"""The example and the documentation have every key there is, and the example can be loaded."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from support.generated_docs import ROOT, holds

from pipeline.config import Config, load, sources
from pipeline.config.model import Config as Keys

EXAMPLE = ROOT / "config.example.yaml"
REGISTERED = sources.registered()  # the real ones: the fixture `kinds` registers its own for other tests
OPTIONS = {kind: point.load().Settings for kind, point in REGISTERED.items()}


@pytest.fixture
def kinds() -> None:
    """These tests are about the connectors that are really there."""


def fields_of(model: type[BaseModel], path: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Every key of a model, with those inside it, as `redaction.rules[].name`."""
    for name, field in model.model_fields.items():
        here = f"{path}{field.alias or name}"
        yield here, field
        several = "[]" if "tuple" in str(field.annotation) else ""
        for inner in models_in(field.annotation):
            yield from fields_of(inner, f"{here}{several}.")


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from models_in(part)


def table(model: type[BaseModel]) -> str:
    lines = ["| key | what it is | example |", "|---|---|---|"]
    for path, field in fields_of(model):
        needed = " (required)" if field.is_required() and path != "name" else ""  # the kind stands in for a name
        examples = ", ".join(f"`{inline(one)}`" for one in field.examples or ())
        lines.append(f"| `{path}` | {field.description}{needed} | {examples} |".replace("||", "\\|\\|"))
    return "\n".join(lines)


def inline(value: Any) -> str:
    """A value on one line, as YAML understands it."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.replace("|", "\\|")


def test_the_example_loads(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = EXAMPLE.read_text()
    given = dict.fromkeys(re.findall(r"\$\{(\w+)\}", text), "given")
    for name in re.findall(r"\$\{file:([^}]+)\}", text):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("given")
    (tmp_path / "befell.yaml").write_text(text)
    config = load(tmp_path / "befell.yaml", given)
    assert isinstance(config, Config)
    assert {source.connector.kind for source in config.connectors} == set(REGISTERED)


def blocks() -> dict[str, str]:
    """The example by kind of connector; "" is what stands before the connectors."""
    found = {"": EXAMPLE.read_text()}
    for part in re.split(r"(?m)^  - use: ", found[""])[1:]:
        kind = part.split()[0]
        found[kind] = found.get(kind, "") + f"use: {part}"
    return found


@pytest.mark.parametrize("kind", ["", *OPTIONS])
def test_every_key_is_in_the_example(kind: str) -> None:
    text = blocks()[kind]
    keys = {path.split(".")[-1].removesuffix("[]") for path, _ in fields_of(OPTIONS.get(kind, Keys))}
    assert {key for key in keys if not re.search(rf"(?m)(^|[\s{{,#-]){re.escape(key)}:", text)} == set()


@pytest.mark.parametrize("kind", ["", *OPTIONS])
def test_every_key_is_in_the_docs_and_says_what_it_is(kind: str) -> None:
    model = OPTIONS.get(kind, Keys)
    assert {path for path, field in fields_of(model) if not field.description} == set()
    assert holds("configuration.md", f"keys {kind}".strip(), table(model))
