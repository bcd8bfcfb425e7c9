"""Events and rollouts of a Kubernetes cluster."""

from connectors.kubernetes.connector import KubernetesConnector
from connectors.kubernetes.settings import KubernetesSettings

__all__ = ["KubernetesConnector", "KubernetesSettings"]
