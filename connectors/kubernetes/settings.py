"""What can be configured for a Kubernetes cluster."""

from pathlib import Path

from pydantic import Field, ValidationInfo, field_validator

from pipeline.connector import ConnectorSettings
from pipeline.http import HttpSettings

# Normal events that change something or precede trouble; the many others tell of everyday life.
REASONS = (
    "Drain", "Evicted", "Killing", "NodeNotReady", "NodeNotSchedulable", "Preempted", "Rebooted", "ScalingReplicaSet",
    "Starting", "SuccessfulRescale", "TaintManagerEviction",
)  # fmt: skip


class KubernetesSettings(HttpSettings, ConnectorSettings):
    """Settings of `use: kubernetes`."""

    url: str = Field(
        default="", description="address of the API server; left out: kubeconfig, else the cluster that befell runs in",
        examples=["https://10.0.0.1:6443"],
    )  # fmt: skip
    kubeconfig: Path | None = Field(
        default=None, description="kubeconfig file; left out: $KUBECONFIG, else ~/.kube/config where it is there",
        examples=["~/.kube/config"],
    )  # fmt: skip
    context: str = Field(
        default="", description="context of the kubeconfig; left out: its current one", examples=["prod"]
    )
    namespaces: tuple[str, ...] = Field(
        default=(), description="namespaces to read; left out: all, which takes rights in the whole cluster",
        examples=[["shop", "payments"]],
    )  # fmt: skip
    service_label: str = Field(
        default="app.kubernetes.io/name",
        description="label of a workload that names its service; the workload's name where it is missing",
        examples=["app"],
    )
    events: bool = Field(default=True, description="whether the cluster's events are read", examples=[True])
    reasons: tuple[str, ...] = Field(
        default=REASONS, description="reasons of Normal events that are read; Warnings all are",
        examples=[["ScalingReplicaSet", "Killing"]],
    )  # fmt: skip
    event_hours: float = Field(
        default=1, gt=0, description="hours that the API server keeps events (--event-ttl; OpenShift 3)", examples=[3]
    )
    rollouts: bool = Field(default=True, description="whether rollouts of Deployments are read", examples=[True])

    @field_validator("kubeconfig")
    @classmethod
    def _beside_the_file(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        base = (info.context or {}).get("base")
        return Path(base) / value.expanduser() if value is not None and base else value
