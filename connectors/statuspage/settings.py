"""What can be configured for a Statuspage."""

from collections.abc import Mapping
from fnmatch import fnmatchcase

from pydantic import Field, SecretStr, model_validator

from pipeline.connector import ConnectorSettings
from pipeline.http import HttpSettings


class StatuspageSettings(HttpSettings, ConnectorSettings):
    """Settings of `use: statuspage`."""

    url: str = Field(
        description="address of the status page; with page_id that of the API, https://api.statuspage.io",
        examples=["https://status.example.com"],
    )  # fmt: skip
    page_id: str = Field(
        default="", description="id of the page in the API; left out: what the page itself shows is read",
        examples=["kctbh9vrtdwd"],
    )  # fmt: skip
    token: SecretStr | None = Field(
        default=None, description="API key, sent as `Authorization: OAuth …`; needed with page_id",
        examples=["${STATUSPAGE_TOKEN}"],
    )  # fmt: skip
    services: Mapping[str, str] = Field(
        default={}, description="service of a component, by a glob of its name; left out: the component's name",
        examples=[{"Checkout*": "checkout"}],
    )  # fmt: skip
    components: tuple[str, ...] = Field(
        default=(), description="globs of components; an incident must affect one, or name none; left out: all",
        examples=[["Checkout*"]],
    )  # fmt: skip
    history: float = Field(
        default=30, ge=0, description="days before the window in which an incident that goes on may have begun",
        examples=[30],
    )  # fmt: skip
    maintenance: bool = Field(default=True, description="whether scheduled maintenance is read", examples=[True])
    incidents: bool = Field(
        default=True, description="whether it can be asked for an incident; false for the page of somebody else",
        examples=[False],
    )  # fmt: skip

    @model_validator(mode="after")
    def _key_and_page(self) -> "StatuspageSettings":
        if self.page_id and not (self.token or self.headers):
            raise ValueError("page_id needs token: the API asks for a key")
        return self

    @property
    def knows_incidents(self) -> bool:
        return self.incidents

    def service(self, component: str) -> str:
        return next((ours for glob, ours in self.services.items() if fnmatchcase(component, glob)), component)

    def wants(self, components: list[str]) -> bool:
        """Whether an incident of these components is read."""
        if not self.components or not components:
            return True
        return any(fnmatchcase(one, glob) for one in components for glob in self.components)
