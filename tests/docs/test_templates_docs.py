"""docs/templates.md names every template, name and filter that a template of one's own can use."""

from support.generated_docs import ROOT
from support.timelines import rich

from pipeline import draft
from pipeline.draft import templates

PAGE = (ROOT / "docs" / "templates.md").read_text()


def test_every_name_that_templates_have_is_there(monkeypatch):
    seen = {}
    monkeypatch.setattr(templates, "rendered", lambda engine, name, text, folder: seen.update(text) or "")
    draft.render(rich())
    assert len(seen) > 20
    assert [name for name in seen if f"`{name}`" not in PAGE and f"`{name}()`" not in PAGE] == []


def test_every_filter_of_ours_is_there():
    from jinja2.defaults import DEFAULT_FILTERS

    ours = set(templates.markdown().filters) - set(DEFAULT_FILTERS)
    assert [name for name in ours if f"\\|{name}" not in PAGE] == []


def test_every_template_is_there():
    for name in templates.names(templates.shipped()):
        assert f"`{name}`" in PAGE or name.startswith("sections/")
