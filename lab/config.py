"""The befell configuration of a run: what is recorded in files, and the Prometheus that may still run."""

from pathlib import Path
from string import Template

TEMPLATE = Path(__file__).parent / "config" / "befell.yaml"


def write(path: Path, prometheus_url: str) -> None:
    path.write_text(Template(TEMPLATE.read_text()).substitute(prometheus=prometheus_url))
