PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help setup run test coverage browser lint bench golden constraints docs web web-dev web-test web-check clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: $(STAMP)  ## make .venv with the command `courtside` in it

$(STAMP): pyproject.toml constraints.txt
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV) || \
		{ rm -rf $(VENV); echo 'make: $(PYTHON) cannot make $(VENV); on Debian: apt-get install python3-venv' >&2; exit 1; }
	@echo 'installing into $(VENV), about a minute'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $(STAMP)

run: setup  ## games being played at http://127.0.0.1:8080
	$(BIN)/courtside run --speed 10

test: setup  ## every test that needs no browser, counting the lines that they reach
	$(BIN)/python -m pytest -n 2 --dist loadfile --cov --cov-report=

coverage: setup  ## the lines that `make test` did not reach
	$(BIN)/python -m coverage report --skip-covered --show-missing

browser: setup  ## the pages in a real Chromium (Debian: apt-get install chromium)
	$(BIN)/python -m pytest tests/browser

lint: setup  ## style, types, import layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup  ## fan-out, latency and replay, against their peers
	$(BIN)/python -m benchmarks.all

golden: setup  ## accept the messages that the engine now gives for the golden game
	$(BIN)/python -m tests.golden.test_golden_game

docs: setup  ## write the generated pages of the docs, and check all pages against the code
	$(BIN)/python tools/cli_reference.py
	$(BIN)/python tools/configuration_docs.py
	$(BIN)/python -m tools.momentum_schemas
	$(BIN)/python -m pytest -q tests/unit/docs tests/unit/serve/test_serve_docs.py \
		tests/unit/feed/test_feed_docs.py tests/unit/sources/test_nba_docs.py

web: web/node_modules/.installed  ## build the dashboard into the package
	cd web && npm run --silent build

web-dev: web/node_modules/.installed  ## the dashboard with hot reload, for a server at COURTSIDE_URL
	cd web && npm run --silent dev

web-test: setup web/node_modules/.installed  ## types and tests of the dashboard that need no browser
	$(BIN)/python -m tools.web_types --check
	$(BIN)/python -m tools.web_recording
	cd web && npm run --silent check && npm test --silent

web-check: web-test  ## as web-test, and that the committed build is what the sources give
	$(BIN)/python -m tools.web_build

web/node_modules/.installed: web/package.json web/package-lock.json web/.npmrc
	cd web && npm ci --silent
	@touch $@

constraints:  ## take the newest versions of what setup installs into constraints.txt
	folder=$$(mktemp -d) && $(PYTHON) -m venv $$folder && \
		$$folder/bin/python -m pip install --quiet --disable-pip-version-check -e '.[dev]' && \
		$$folder/bin/python -m pip freeze --exclude-editable > constraints.txt && rm -rf $$folder

clean:  ## remove what setup and tests have made
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis web/node_modules web/.recorded
