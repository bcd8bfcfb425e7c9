"""Which words blame, and which names are a person's."""

import pytest

from pipeline.check.blame import blamed
from pipeline.check.names import names


@pytest.mark.parametrize(
    ("blaming", "plain"),
    [
        ("The operator failed to remove the host.", "The load balancer failed to remove the host."),
        ("We should have added an alert.", "The alert should have fired."),
        ("The developer ignored the limit.", "The scheduler ignored the limit."),
        ("It was the fault of the database team.", "The fault was in the memory module."),
        ("The root cause was human error.", "Users saw an error page made for humans."),
        ("The engineer restarted the wrong service.", "The engineer restarted the service."),
        ("Olena forgot to drain the node.", "Olena drained the node."),
        ("The outage could have been avoided.", "The outage could have several causes."),
        ("It was a careless change.", "The change was a small one."),
    ],
)
def test_a_verb_blames_where_a_person_is_its_subject(blaming: str, plain: str) -> None:
    assert list(blamed(blaming, {}))
    assert not list(blamed(plain, {}))


def test_each_hint_says_what_to_write_instead() -> None:
    (found,) = blamed("The operator failed to remove the host.", {})
    assert found.word == "operator failed to"
    assert found.fix == "Say which reminder, alert or check was not there, or did not reach anyone."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Then Olena Kravets drained the node.", ["Kravets"]),
        ("Thanks to Grace the node was drained.", ["Grace"]),
        ("Mark opened the channel.", ["Mark"]),
        ("Mark the node as drained.", []),
        ("Ask @okravets or Dr. Varga, not @here.", ["@okravets", "Varga"]),
        ("Mail to dana@shop.example.com, or pull @babel/core.", []),
        ("Grafana told us nothing; Prometheus was down.", []),
        ("Users from Austin and in Sydney could not log in on Tuesday.", []),
    ],
)
def test_names_are_told_from_words_places_and_products(text: str, said: list[str]) -> None:
    assert [one[0].split()[-1] for one in names(text, {})] == said


def test_names_of_the_configuration_are_known_in_any_case() -> None:
    assert [one[0] for one in names("tmueller asked; T.Mueller@x.example did not.", {"TMueller": "lead"})] == [
        "tmueller"
    ]
