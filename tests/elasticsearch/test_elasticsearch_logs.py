"""Counts and errors of Elasticsearch and OpenSearch."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from elasticsearch_stub import AT_MS, Elasticsearch, record, running
from pydantic import ValidationError

from connectors.elasticsearch import ElasticsearchConnector
from pipeline.errors import SourceError
from pipeline.event import LogSummary, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Window
from pipeline.times import from_epoch

WINDOW = Window(datetime(2026, 11, 24, 9, tzinfo=UTC), datetime(2026, 11, 24, 11, tzinfo=UTC))
MINUTE = AT_MS // 60_000


@pytest.fixture
def elastic() -> Iterator[Elasticsearch]:
    with running() as held:
        yield held


def connector(elastic: Elasticsearch, **settings: Any) -> ElasticsearchConnector:
    given = {"use": "elasticsearch", "name": "logs", "url": elastic.url, "index": "logs-*", **settings}
    now = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    return ElasticsearchConnector(ElasticsearchConnector.Settings.model_validate(given), Http(30, lambda: now))


def read(elastic: Elasticsearch, **settings: Any) -> list[Any]:
    return list(connector(elastic, **settings).logs(WINDOW))


def gaps(found: list[Any]) -> list[str]:
    return [one.detail for one in found if isinstance(one, Notice) and one.gap]


def test_errors_are_told_by_template_and_the_rest_is_counted(elastic: Elasticsearch) -> None:
    elastic.records = [record(), record("payment 1 failed", AT_MS + 61_000), record("started", level="INFO")]
    shown, rest = read(elastic)
    assert (shown.service, shown.level, shown.template, shown.count) == ("checkout", "error", "payment <*> failed", 2)
    assert shown.histogram == {MINUTE: 1, MINUTE + 1: 1} and (rest.template, rest.count) == ("", 1)
    assert shown.first == datetime(2026, 11, 24, 9, 24, 0, 123_000, tzinfo=UTC)
    assert shown.exemplars[0].path.startswith("logs-1/"), "where the record stands"


def test_only_records_of_the_levels_are_fetched_as_the_index_spells_them(elastic: Elasticsearch) -> None:
    elastic.records = [record(level="Err"), record("b", level=50), record("c", level="info"), record("d", level=30)]
    assert sorted(one.template for one in read(elastic)) == ["", "b", "payment <*> failed"]
    filters = [body["query"]["bool"]["filter"] for _, path, body in elastic.asked if path == "/_search"]
    assert filters[-1][1] == {"terms": {"log.level": [50, "Err"]}}


def test_nothing_is_fetched_where_there_are_no_errors(elastic: Elasticsearch) -> None:
    elastic.records = [record("started", level="info")]
    assert [one.count for one in read(elastic)] == [1]
    assert sum(path == "/_search" for _, path, _ in elastic.asked) == 2, (
        "one page of counts, and the empty one after it"
    )


def test_a_stack_trace_belongs_to_its_record(elastic: Elasticsearch) -> None:
    trace = "java.lang.IllegalStateException: empty\n\tat shop.Pool.take(Pool.java:7)"
    elastic.records = [record("cannot pay", **{"error.stack_trace": trace})]
    (shown,) = read(elastic)
    assert shown.template == "java.lang.IllegalStateException at shop.Pool.take"
    assert shown.exemplars[0].text == f"cannot pay\n{trace}"


def test_fields_may_be_nested_objects(elastic: Elasticsearch) -> None:
    elastic.records = [record(error={"stack": {"text": "refused"}}, message=None)]
    assert [one.template for one in read(elastic, message_field="error.stack.text")] == ["refused"]


@pytest.mark.parametrize("opensearch", [False, True])
def test_one_point_in_time_is_searched_page_by_page_and_closed(
    elastic: Elasticsearch, opensearch: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many records of one time: the tiebreak keeps them apart."""
    monkeypatch.setattr("connectors.elasticsearch.api.PAGE", 10)
    elastic.opensearch = opensearch
    elastic.records = [record(f"payment {number} failed", service=number) for number in range(77)]
    assert [one.count for one in read(elastic)] == [77] and not elastic.opened
    sorts = {str(body["sort"]) for _, path, body in elastic.asked if path == "/_search" and "sort" in body}
    tiebreak = "_id" if opensearch else "_shard_doc"
    assert sorts == {str([{"@timestamp": "asc"}, {tiebreak: "asc"}])}
    opened = next(path for method, path, _ in elastic.asked if method == "POST")
    assert opened == ("/logs-*/_search/point_in_time" if opensearch else "/logs-*/_pit")


def test_the_product_is_not_asked_for_where_it_is_configured(elastic: Elasticsearch) -> None:
    elastic.opensearch, elastic.refuse, elastic.records = True, {"/_nodes": 403}, [record()]
    read(elastic, product="opensearch")
    assert "/" not in [path for _, path, _ in elastic.asked]


def test_the_point_is_closed_also_where_a_search_fails(elastic: Elasticsearch) -> None:
    elastic.refuse = {"/_search": 400}
    with pytest.raises(SourceError, match=r"action is unauthorized.*keywords"):
        read(elastic)
    assert not elastic.opened


def test_more_buckets_than_a_page_come_whole(elastic: Elasticsearch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.elasticsearch.api.PAGE", 7)
    elastic.records = [record("ok", AT_MS + minute * 60_000, "info") for minute in range(50)]
    (rest,) = read(elastic)
    assert (rest.count, len(rest.histogram)) == (50, 50)


def test_what_is_past_max_lines_is_counted_and_a_gap(elastic: Elasticsearch) -> None:
    elastic.records = [record(f"payment {number} failed", AT_MS + number) for number in range(30)]
    found = read(elastic, max_lines=20)
    assert [one.count for one in found if isinstance(one, LogSummary)] == [20, 10]
    assert gaps(found)[0].startswith("20 of 30 records were fetched")


def test_shards_that_failed_or_timed_out_are_gaps(elastic: Elasticsearch) -> None:
    elastic.records, elastic.timed_out = [record()], True
    elastic.shards = {"total": 3, "failed": 1, "failures": [{"reason": {"reason": "node left"}}]}
    assert gaps(read(elastic)) == [
        "The search gave only a part: a search timed out on some shards.",
        "The search gave only a part: 1 of 3 shards failed: node left.",
    ]


def test_a_pattern_that_no_index_fits_is_a_gap(elastic: Elasticsearch) -> None:
    elastic.shards = {"total": 0, "failed": 0}
    assert "no index fits 'logs-*'" in gaps(read(elastic))[0]


def test_records_without_a_level_are_a_gap_that_says_what_to_set(elastic: Elasticsearch) -> None:
    elastic.records = [record(level=None)]
    found = read(elastic)
    assert "Set level_field" in gaps(found)[0] and found[-1].count == 1
    check, retention = connector(elastic).check()
    assert not check.ok and check.detail == "1 records in the last 10 min, none with a level"
    assert retention.ok and retention.reaches


def test_doctor_says_how_far_back_records_reach(elastic: Elasticsearch) -> None:
    elastic.records = []
    assert [one.name for one in connector(elastic).check()] == ["search"]
    elastic.records = [record("2", AT_MS + 60_000), record("1")]
    assert [one.reaches for one in connector(elastic).check()] == [None, from_epoch(AT_MS)]


def test_a_record_that_lacks_its_time_is_rejected_alone(elastic: Elasticsearch) -> None:
    elastic.records, elastic.untimed = [record()], True
    rejected, counted = read(elastic)
    assert isinstance(rejected, Rejected) and (counted.template, counted.count) == ("", 1)


def test_an_api_key_is_sent_as_such_and_a_query_narrows_every_search(elastic: Elasticsearch) -> None:
    elastic.records = [record()]
    read(elastic, api_key="abc", query="kubernetes.namespace:shop")
    assert {sent["Authorization"] for sent in elastic.headers} == {"ApiKey abc"}
    filters = [body["query"]["bool"]["filter"] for _, path, body in elastic.asked if path == "/_search"]
    assert all({"query_string": {"query": "kubernetes.namespace:shop"}} in one for one in filters)


@pytest.mark.parametrize(("status", "fix"), [(401, "api_key"), (403, "set product"), (404, "Check index")])
def test_a_refusal_says_what_to_do(elastic: Elasticsearch, status: int, fix: str) -> None:
    elastic.refuse = {"/": status}
    with pytest.raises(SourceError, match=fix):
        read(elastic)


def test_an_index_is_no_path() -> None:
    given = {"use": "elasticsearch", "name": "logs", "url": "http://e:9200", "index": "../_cluster"}
    with pytest.raises(ValidationError, match="pattern of indices"):
        ElasticsearchConnector.Settings.model_validate(given)
