"""What can be configured for Argo CD."""

from collections.abc import Mapping
from fnmatch import fnmatchcase

from pydantic import Field, SecretStr

from pipeline.connector import ConnectorSettings
from pipeline.http import HttpSettings


class ArgocdSettings(HttpSettings, ConnectorSettings):
    """Settings of `use: argocd`."""

    url: str = Field(description="address of the Argo CD server", examples=["https://argocd.example.com"])
    token: SecretStr | None = Field(
        default=None, description="token of an account with the capability apiKey", examples=["${ARGOCD_TOKEN}"]
    )
    projects: tuple[str, ...] = Field(default=(), description="projects to read; left out: all", examples=[["shop"]])
    applications: tuple[str, ...] = Field(
        default=("*",), description="globs of applications to read", examples=[["*-prod"]]
    )
    services: Mapping[str, str] = Field(
        default={}, description="service that an application deploys", examples=[{"checkout-prod": "checkout"}]
    )
    service_label: str = Field(
        default="app.kubernetes.io/name",
        description="label of an application that names its service; the application's name where it is missing",
        examples=["service"],
    )

    def wants(self, application: str) -> bool:
        return any(fnmatchcase(application, glob) for glob in self.applications)
