"""Whatever is sent to the service by its own description, it answers without a fault."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from support.followed import BEARER, HOOKS, Service, open_client


@pytest.mark.parametrize("headers", [BEARER, {}])
def test_no_request_makes_a_fault(service: Service, headers: dict[str, str]) -> None:
    service.keys["serve"] = {"hooks": HOOKS, "max_body": 10_000}
    schema = schemathesis.openapi.from_asgi("/openapi.json", open_client(service).app)
    operations = [found.ok() for found in schema.get_all_operations()]
    for operation in operations:

        @given(case=operation.as_strategy())
        @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
        def answers(case: schemathesis.Case) -> None:
            assert case.call(headers=headers).status_code < 500

        answers()
    assert {operation.path for operation in operations} >= {"/hooks/{name}", "/readyz", "/metrics"}
