"""Rules from the configuration."""

import pytest

from pipeline.errors import ConfigError
from pipeline.redact import OwnRule, Redactor


def test_an_own_rule_names_the_placeholder_and_goes_before_the_built_in_ones() -> None:
    redactor = Redactor([OwnRule("customer-id", "CUST-[0-9]{8}")])

    assert redactor.text("token=CUST-12345678 for CUST-12345678") == "token=‹customer-id:1› for ‹customer-id:1›"
    assert redactor.counts == {"customer-id": 2}


@pytest.mark.parametrize("group", [1, "id"])
def test_a_group_narrows_what_is_replaced(group: int | str) -> None:
    redactor = Redactor([OwnRule("tenant", r"tenant (?P<id>\w+)", group)])

    assert redactor.text("tenant acme is down") == "tenant ‹tenant:1› is down"


def test_without_a_group_the_whole_match_is_replaced() -> None:
    assert Redactor([OwnRule("tenant", r"tenant (\w+)")]).text("tenant acme is down") == "‹tenant:1› is down"


def test_an_own_rule_cannot_cut_a_placeholder() -> None:
    redactor = Redactor([OwnRule("wide", "is .{6}")])
    once = redactor.text("password=hunter2 is ‹password:1› now")

    assert redactor.text(once) == once
    assert once == "password=‹password:1› ‹wide:1› now"


@pytest.mark.parametrize(
    "name, pattern, group, says",
    [
        ("Customer Id", "x", None, "small letters"),
        ("id", "(", None, "no regular expression"),
        ("id", "x*", None, "empty"),
        ("id", "x", 1, "no group"),
    ],
)
def test_a_rule_that_cannot_work_is_refused(name: str, pattern: str, group: int | None, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        OwnRule(name, pattern, group)
