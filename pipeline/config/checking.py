"""The keys of `befell check`."""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

CheckLevel = Literal["off", "hint", "warning", "error"]


class Check(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    rules: Mapping[str, CheckLevel] = Field(
        default={},
        description="severity by rule: off, hint, warning or error",
        examples=[{"action-tracker": "warning"}],
    )
    level: Literal["hint", "warning", "error"] = Field(
        default="error", description="the least severity that makes `befell check` fail", examples=["warning"]
    )
