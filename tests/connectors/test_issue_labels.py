"""What labels of issues say, however they are spelled."""

import pytest

from pipeline import issue_labels


@pytest.mark.parametrize(
    ("labels", "word", "services"),
    [
        (["severity: high", "service: checkout"], "high", ("checkout",)),
        (["severity::2", "service::cart", "service::checkout"], "2", ("cart", "checkout")),
        (["severity/critical"], "critical", ()),
        (["sev1"], "sev1", ()),
        (["P2", "bug"], "P2", ()),
        (["priority::1", "SEV-3"], "SEV-3", ()),
        (["bug", "high", "area: cart"], "", ()),
    ],
)
def test_severity_and_services(labels: list[str], word: str, services: tuple[str, ...]) -> None:
    assert issue_labels.read(labels, "service") == (word, services)
