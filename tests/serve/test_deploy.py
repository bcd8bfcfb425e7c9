"""What is shipped to run the service with: understood by those who read it, and true of what befell offers."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
from ruamel.yaml import YAML
from support.servers import require

from pipeline.cli.main import befell
from pipeline.config import load
from pipeline.serve.metrics import Metrics

DEPLOY = Path(__file__).parents[2] / "deploy"
RULE_TESTS = """
rule_files: [{rules}]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - {{series: befell_queue_age_seconds, values: "0x10 1000x20"}}
      - {{series: befell_store_up, values: "1x10 0x20"}}
      - {{series: befell_last_look_timestamp_seconds, values: "0+60x10 600x20"}}
      - {{series: 'befell_deliveries_total{{hook="alerts",status="401"}}', values: "0x10 0+1x20"}}
      - {{series: 'befell_source_failures_total{{source="logs"}}', values: "0x10 0+1x20"}}
    alert_rule_test:
      - {{eval_time: 9m, alertname: BefellDraftsAreLate, exp_alerts: []}}
      - {{eval_time: 9m, alertname: BefellStoreIsGone, exp_alerts: []}}
      - {{eval_time: 9m, alertname: BefellWorkerStandsStill, exp_alerts: []}}
    promql_expr_test:
      - {{expr: "count(ALERTS{{alertstate='firing'}})", eval_time: 29m, exp_samples: [{{labels: "{{}}", value: 5}}]}}
"""


def yaml(path: Path) -> list[Any]:
    return list(YAML(typ="safe").load_all(path))


def names() -> set[str]:
    """Every sample that befell tells."""
    metrics = Metrics()
    return {re.sub(r"_created$", "", sample) for one in metrics.registry.collect() for sample in _samples(one)}


def _samples(one: Any) -> set[str]:
    kinds = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum"), "gauge": ("",)}
    return {f"{one.name}{end}" for end in kinds[one.type]}


def understood(words: list[str]) -> None:
    """A command line that befell takes; the command itself is not run."""
    command = befell.commands[words[0]]
    command.make_context(words[0], list(words[1:]))


@pytest.mark.real
def test_each_alert_fires_and_not_before(tmp_path: Path) -> None:
    require("promtool")
    (tmp_path / "tests.yaml").write_text(RULE_TESTS.format(rules=DEPLOY / "alerts.yaml"))
    for words in (["check", "rules", str(DEPLOY / "alerts.yaml")], ["test", "rules", "tests.yaml"]):
        done = subprocess.run(["promtool", *words], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("file", ["alerts.yaml", "grafana-dashboard.json"])
def test_rules_and_dashboard_ask_for_metrics_that_there_are(file: str) -> None:
    asked = set(re.findall(r"befell_\w+", (DEPLOY / file).read_text()))
    assert asked and asked <= names()


def test_each_panel_has_a_place_of_its_own_and_a_unit() -> None:
    panels = json.loads((DEPLOY / "grafana-dashboard.json").read_text())["panels"]
    cells = [
        (x, y)
        for one in panels
        for x in range(one["gridPos"]["x"], one["gridPos"]["x"] + one["gridPos"]["w"])
        for y in range(one["gridPos"]["y"], one["gridPos"]["y"] + one["gridPos"]["h"])
    ]
    assert len(cells) == len(set(cells)) and all(one["fieldConfig"]["defaults"]["unit"] for one in panels)


@pytest.mark.parametrize("file", ["befell.yaml", "sweep.yaml"])
def test_the_manifests_are_those_of_the_kubernetes_api(file: str) -> None:
    for one in yaml(DEPLOY / "kubernetes" / file):
        kubernetes_validate.validate(one, "1.31", strict=True)


def test_the_manifests_run_what_befell_understands_and_write_to_data_only() -> None:
    pods = [
        (one.get("spec", {}).get("jobTemplate") or one)["spec"]["template"]["spec"]
        for file in ("befell.yaml", "sweep.yaml")
        for one in yaml(DEPLOY / "kubernetes" / file)
        if one["kind"] in ("Deployment", "StatefulSet", "CronJob")
    ]
    for pod in pods:
        (container,) = pod["containers"]
        understood(container["args"])
        assert pod["securityContext"]["runAsNonRoot"] and container["securityContext"]["readOnlyRootFilesystem"]
        assert {one["mountPath"] for one in container["volumeMounts"]} == {"/etc/befell", "/data", "/tmp"}
    assert len(pods) == 3


def test_the_configuration_of_the_manifests_is_one(tmp_path: Path) -> None:
    (found,) = [one for one in yaml(DEPLOY / "kubernetes/befell.yaml") if one["kind"] == "ConfigMap"]
    (tmp_path / "befell.yaml").write_text(found["data"]["befell.yaml"])
    config = load(tmp_path / "befell.yaml", {"POSTGRES_PASSWORD": "p", "HOOK_TOKEN": "t"})
    assert str(config.drafts).startswith("/data") and str(config.snapshots).startswith("/data")


def test_compose_runs_what_befell_understands() -> None:
    (found,) = yaml(DEPLOY / "compose.yaml")
    services = {name: one for name, one in found["services"].items() if name != "db"}
    for one in services.values():
        understood(one["command"])
        assert one["read_only"] and one["cap_drop"] == ["ALL"]
    assert len({one["command"][-1] for one in services.values()}) == len(services) == 3


def test_the_image_holds_what_the_wheel_is_built_of() -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    for names_ in re.findall(r"(?m)^COPY (?!--from)(.+) \S+$", text):
        assert all((DEPLOY.parent / name).exists() for name in names_.split())
    (command,) = re.findall(r"(?m)^CMD (\[.*\])$", text)
    understood(json.loads(command))
    assert "\nUSER 10001\n" in text
