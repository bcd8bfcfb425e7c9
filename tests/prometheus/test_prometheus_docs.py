"""The page of this connector tells every setting, and its excerpt works."""

import re
from pathlib import Path

from ruamel.yaml import YAML

from connectors.prometheus import PrometheusConnector
from connectors.prometheus.settings import Metric

PAGE = (Path(__file__).parents[2] / "docs/connectors/prometheus.md").read_text()


def test_the_excerpt_is_a_valid_configuration() -> None:
    excerpt = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert excerpt is not None
    (source,) = YAML(typ="safe", pure=True).load(excerpt[1])["connectors"]
    settings = PrometheusConnector.Settings.model_validate(source)
    assert [metric.objective for metric in settings.metrics] == [0.01]


def test_every_setting_is_told() -> None:
    rows = {name for row in re.findall(r"^\| (`.*?) \|", PAGE, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}
    fields = PrometheusConnector.Settings.model_fields.keys() | Metric.model_fields.keys()
    assert fields - rows == {"use"}


def test_every_setting_has_help_and_an_example() -> None:
    for model in (PrometheusConnector.Settings, Metric):
        for name, field in model.model_fields.items():
            assert field.description and field.examples, name
