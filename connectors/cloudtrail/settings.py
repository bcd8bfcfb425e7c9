"""What can be configured for CloudTrail."""

from collections.abc import Mapping
from fnmatch import fnmatchcase

from pydantic import Field

from pipeline.aws import AwsSettings
from pipeline.connector import ConnectorSettings


class CloudtrailSettings(AwsSettings, ConnectorSettings):
    """Settings of `use: cloudtrail`."""

    names: tuple[str, ...] = Field(
        default=("*",),
        description="globs of the API calls that are read (eventName)",
        examples=[["Update*", "Delete*"]],
    )
    sources: tuple[str, ...] = Field(
        default=("*",), description="globs of the services whose calls are read (eventSource)",
        examples=[["ecs.amazonaws.com", "rds.*"]],
    )  # fmt: skip
    deploys: tuple[str, ...] = Field(
        default=("UpdateService", "UpdateFunctionCode*", "CreateDeployment", "StartPipelineExecution", "UpdateStack"),
        description="globs of the API calls that are deploys", examples=[["UpdateService"]],
    )  # fmt: skip
    services: Mapping[str, str] = Field(
        default={}, description="service of a resource's name (a glob)", examples=[{"*checkout*": "checkout"}]
    )

    def wants(self, name: str, source: str) -> bool:
        named = any(fnmatchcase(name, glob) for glob in self.names)
        return named and any(fnmatchcase(source, glob) for glob in self.sources)

    def is_deploy(self, name: str) -> bool:
        return any(fnmatchcase(name, glob) for glob in self.deploys)

    def service(self, resources: list[str]) -> str:
        """The service of the first glob that fits one of the resources."""
        fits = (name for glob, name in self.services.items() if any(fnmatchcase(one, glob) for one in resources))
        return next(fits, "")
