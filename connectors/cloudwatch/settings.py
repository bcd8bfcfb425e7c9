"""What can be configured for CloudWatch."""

from collections.abc import Mapping
from fnmatch import fnmatchcase

from pydantic import Field

from pipeline.aws import AwsSettings
from pipeline.connector import ConnectorSettings


class CloudwatchSettings(AwsSettings, ConnectorSettings):
    """Settings of `use: cloudwatch`."""

    alarms: tuple[str, ...] = Field(
        default=("*",), description="globs of alarms that are read; an empty list: none", examples=[["shop-*"]]
    )
    log_groups: tuple[str, ...] = Field(
        default=(), description="log groups whose errors are read", examples=[["/aws/lambda/checkout"]]
    )
    log_filter: str = Field(
        default="?ERROR ?Error ?error ?WARN ?FATAL ?CRITICAL ?Exception",
        description="filter pattern of the log events that are fetched", examples=['{ $.level = "error" }'],
    )  # fmt: skip
    insights: str = Field(
        default="",
        description="filter of Logs Insights, instead of `log_filter`: what fits is fetched, all is counted",
        examples=["@message like /(?i)error|warn|exception/"],
    )
    services: Mapping[str, str] = Field(
        default={}, description="service of an alarm or of a log group (a glob)", examples=[{"shop-*": "checkout"}]
    )
    max_lines: int = Field(
        default=20_000, gt=0, description="log events of a group that are fetched at most", examples=[100_000]
    )

    def wants(self, alarm: str) -> bool:
        return any(fnmatchcase(alarm, glob) for glob in self.alarms)

    def service(self, name: str) -> str:
        return next((service for glob, service in self.services.items() if fnmatchcase(name, glob)), "")
