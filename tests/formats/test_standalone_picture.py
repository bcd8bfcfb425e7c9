"""The picture, taken out of the page so that it stands alone."""

import xml.etree.ElementTree as ET

from pipeline.formats import picture


def test_it_is_well_formed_and_needs_nothing_around_it(page):
    _, found, _ = picture.split(page)
    ET.fromstring(found.svg)
    assert "var(" not in found.svg
    assert "fill: #fbdcd6" in found.svg, "the colours are those of paper, not of a dark screen"


def test_it_says_what_it_shows(page):
    _, found, _ = picture.split(page)
    assert found.text.startswith("INC-42: timeline in UTC Milestones: impact start")


def test_the_rest_of_the_page_is_unchanged(page):
    before, found, after = picture.split(page)
    assert found.svg.replace(found.svg[found.svg.index("<style>") : found.svg.index("</style>") + 8], "") in page
    assert "<svg" not in before + after
    assert before.endswith('aria-label="Picture of the timeline">')


def test_a_page_without_one_is_left_as_it_is():
    assert picture.split("<p>x</p>") == ("", None, "<p>x</p>")
