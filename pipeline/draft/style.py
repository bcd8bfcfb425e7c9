"""How drafts are worded here: templates of one's own, fields of one's own, and the language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.draft.language import Language, language
from pipeline.draft.templates import shipped

Field = str | int | bool | list[str] | None


@dataclass(frozen=True, slots=True)
class Style:
    """`templates` is a folder whose files go before the shipped ones; `fields` stand in the front matter as well."""

    templates: Path | None = None
    fields: Mapping[str, Field] = field(default_factory=dict)
    language: str = "en"

    def spoken(self) -> Language:
        """The words of the language; BefellError where there are none."""
        return language(self.language, *((self.templates,) if self.templates else ()), shipped())


PLAIN = Style()
