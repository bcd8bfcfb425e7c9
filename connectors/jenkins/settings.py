"""What can be configured for Jenkins."""

from collections.abc import Mapping

from pydantic import Field, SecretStr

from pipeline.connector import ConnectorSettings
from pipeline.http import HttpSettings


class JenkinsSettings(HttpSettings, ConnectorSettings):
    """Settings of `use: jenkins`."""

    url: str = Field(description="address of the Jenkins", examples=["https://jenkins.example.com"])
    username: str = Field(default="", description="account that the API token belongs to", examples=["befell"])
    password: SecretStr | None = Field(
        default=None, description="its API token (account, Security, API Token)", examples=["${JENKINS_TOKEN}"]
    )
    jobs: tuple[str, ...] = Field(
        min_length=1, description="jobs that deploy, with their folders", examples=[["shop/deploy-checkout"]]
    )
    services: Mapping[str, str] = Field(
        default={}, description="service that a job deploys; left out: the job's name",
        examples=[{"shop/deploy-checkout": "checkout"}],
    )  # fmt: skip
    service_parameter: str = Field(
        default="", description="build parameter that names the service, where a job deploys several",
        examples=["SERVICE"],
    )  # fmt: skip
    version_parameter: str = Field(
        default="VERSION", description="build parameter with the version that is deployed", examples=["IMAGE_TAG"]
    )
    environment_parameter: str = Field(
        default="ENVIRONMENT", description="build parameter with the environment", examples=["TARGET"]
    )
    history: float = Field(
        default=7, ge=0, description="days before the window in which a rollback's target is looked for", examples=[7]
    )

    def service(self, job: str) -> str:
        return self.services.get(job) or job.strip("/").rpartition("/")[2]
