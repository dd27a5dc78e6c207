PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help setup run test lint bench docs clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: $(STAMP)  ## make .venv with the command `courtside` in it

$(STAMP): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $(STAMP)

run: setup  ## games being played at http://127.0.0.1:8080
	$(BIN)/courtside run

test: setup  ## every test that needs no browser
	$(BIN)/python -m pytest

lint: setup  ## style, types, import layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup  ## fan-out, latency and replay, against their peers
	$(BIN)/python -m benchmarks.all

clean:  ## remove what setup and tests have made
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
