# Ringback's commands. Each does its own set-up; a second run is quick.
.DEFAULT_GOAL := help
PYTHON ?=
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

setup: $(VENV)/dev ## make the virtual environment, with what the tests need

demo: $(VENV)/run ## try it: a made-up practice, a phone to ring it with
	@$(BIN)/ringback demo --port $(PORT)

test: chromium $(VENV)/dev ## format, lint, types, import rules, all tests
	@$(BIN)/ruff format --check src tests
	@$(BIN)/ruff check src tests
	@$(BIN)/mypy -p ringback.core -p ringback.adapters -p ringback.engine
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/pytest -n 2 --dist loadgroup tests

bench: $(VENV)/run ## load through the real hook; one JSON object a line
	@tools/bench

soak: chromium $(VENV)/dev ## the long tests: 300 rounds of chaos, 40,000 requests of nonsense, long benches
	@RINGBACK_SOAK=1 $(BIN)/pytest tests/chaos tests/attacks --timeout 3600

pictures: chromium $(VENV)/dev ## the pictures of docs/tour.md, made by the tests
	@RINGBACK_PICTURES=1 $(BIN)/pytest -q tests/browser/test_every_page.py

train-words: $(VENV)/dev ## make the reading model from corpus/train
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m ringback.words_train

measure-words: $(VENV)/dev ## how well it reads, with intervals; docs/words.md shows it
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m ringback.words_measure --write docs/words.md

chromium: ## the browser of the tests, from the system's packages
	@tools/chromium

$(VENV)/run: pyproject.toml tools/setup
	@tools/setup "$(PYTHON)" $(VENV) run

$(VENV)/dev: pyproject.toml tools/setup
	@tools/setup "$(PYTHON)" $(VENV) dev

.PHONY: help setup demo test bench soak pictures train-words measure-words chromium
