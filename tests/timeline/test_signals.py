"""Onset and recovery of a metric."""

import pytest
from evidence import at, metric
from hypothesis import given
from hypothesis import strategies as st

from pipeline.timeline.signals import signal

STEP = [0.01] * 60 + [0.4] * 40 + [0.01] * 60


def test_a_step_is_found_to_the_point():
    found, points = signal(metric(STEP), before=at("09:10"))
    assert (found.onset, found.recovered) == (at("09:15"), at("09:25"))
    assert (found.baseline, found.peak) == (0.01, 0.4)
    cited = {found.baseline_evidence, found.peak_evidence, found.onset_evidence, found.recovered_evidence}
    assert cited == {point.id for point in points}
    assert {point.value for point in points} == {0.01, 0.4}


def test_down_is_worse_for_throughput():
    found, _ = signal(metric([100.0] * 60 + [3.0] * 20 + [100.0] * 60, bad="down", unit=""), before=at("09:10"))
    assert (found.onset, found.recovered, found.peak, found.baseline) == (at("09:15"), at("09:20"), 3.0, 100.0)


def test_noise_has_no_onset():
    found, _ = signal(metric([0.010, 0.012, 0.009, 0.011] * 40), before=at("09:20"))
    assert found.onset is None and found.recovered is None


def test_a_metric_that_never_comes_back_has_no_recovery():
    found, _ = signal(metric([0.01] * 60 + [0.4] * 60), before=at("09:10"))
    assert (found.onset, found.recovered) == (at("09:15"), None)


def test_an_excursion_inside_the_objective_is_no_trouble():
    found, _ = signal(metric(STEP, objective=0.5), before=at("09:10"))
    assert found.onset is None


def test_a_relapse_counts_until_its_end():
    found, _ = signal(metric([0.0] * 60 + [0.4] * 20 + [0.0] * 10 + [0.4] * 20 + [0.0] * 60), before=at("09:10"))
    assert (found.onset, found.recovered) == (at("09:15"), at("09:27:30"))
    assert (found.eased, found.relapsed) == (at("09:20"), at("09:22:30"))


def test_an_empty_series_says_nothing():
    assert signal(metric([]), before=at("09:10")) is None


@given(st.lists(st.floats(min_value=-1e9, max_value=1e9), min_size=1, max_size=80), st.sampled_from(["up", "down"]))
def test_whatever_the_values_onset_comes_before_recovery(values, bad):
    found, points = signal(metric(values, bad=bad), before=at("09:05"))
    assert found.peak == (max(values) if bad == "up" else min(values))
    assert found.recovered is None or (found.onset is not None and found.onset <= found.recovered)
    assert all(point.value in values for point in points)


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_the_unit_does_not_matter(scale):
    found, _ = signal(metric([value * scale for value in STEP]), before=at("09:10"))
    assert (found.onset, found.recovered) == (at("09:15"), at("09:25"))
