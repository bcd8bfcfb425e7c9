"""A format that is not installed: a clear error with the command that installs it."""

import builtins
import sys

import pytest

from pipeline import formats
from pipeline.errors import BefellError


@pytest.fixture
def without(monkeypatch):
    """Make the import of a package fail."""

    def without(package: str, problem: Exception) -> None:
        real = builtins.__import__

        def refusing(name, *more):
            if name.partition(".")[0] == package:
                raise problem
            return real(name, *more)

        for name in [name for name in sys.modules if name.startswith((package, "pipeline.formats."))]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setattr(builtins, "__import__", refusing)

    return without


@pytest.mark.parametrize(("form", "package"), [("docx", "docx"), ("docx", "resvg_py"), ("pdf", "weasyprint")])
def test_the_command_that_installs_it_is_told(without, form, package):
    without(package, ModuleNotFoundError(f"No module named {package!r}", name=package))
    with pytest.raises(BefellError) as told:
        formats.check(form)
    assert told.value.what == f"--format {form} needs the extra '{form}' ({package} is not installed)."
    assert (
        told.value.fix == f"Install it from the checkout: pip install '.[{form}]', or pipx install --force '.[{form}]'."
    )


def test_pango_is_named_where_only_it_is_missing(without):
    without("weasyprint", OSError("cannot load library 'libpango-1.0-0'"))
    with pytest.raises(BefellError, match=r"needs the library Pango\. Install it: apt install libpango-1\.0-0"):
        formats.check("pdf")
