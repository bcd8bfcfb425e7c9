# Both `make demo` and `make test` work on a fresh machine with Python 3.11 and nothing installed by hand.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test check soak bench clean

$(BIN)/uv:
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.5,<1"

# befell itself, without what only developers need
.venv/.run: $(BIN)/uv pyproject.toml uv.lock
	$(BIN)/uv sync --quiet --locked --inexact --no-dev --active
	@touch $@

.venv/.dev: $(BIN)/uv pyproject.toml uv.lock
	$(BIN)/uv sync --quiet --locked --inexact --all-extras --active
	@touch $@ .venv/.run

demo: .venv/.run
	@$(BIN)/befell draft --incident-id INC-2041 --config examples/checkout/config.yaml --output out/INC-2041.md; test $$? -eq 0 -o $$? -eq 3
	@$(BIN)/befell draft --incident-id INC-2041 --config examples/checkout/config.yaml --format html --output out/INC-2041.html; test $$? -eq 0 -o $$? -eq 3
	@echo "The draft: out/INC-2041.md, and as a page to open in a browser: out/INC-2041.html"

test: .venv/.dev
	$(BIN)/pytest -n 2 -m "not soak"

soak: .venv/.dev
	$(BIN)/pytest -m soak

check: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/.dev
	$(BIN)/python bench/draft.py
	$(BIN)/python bench/collect.py
	$(BIN)/python bench/redraft.py
	$(BIN)/python bench/blame.py

clean:
	rm -rf .venv out dist build
