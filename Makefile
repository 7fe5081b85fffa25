# Everything a person does with this repository. `make help` lists it; .ci/run calls nothing else.
#
# Each recipe uses relative paths, so that `make -C /any/folder run` works whatever that folder is called.

PYTHON ?= python3
PORTAL_PORT ?= 8000
PORTAL_INSTANCE ?= ./instance
# One test process more than there are cores, for each waits for its disk or its browser now and then.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
PYTEST_ARGS ?=
export PYTHON

PY := .venv/bin/python
FLASK := $(PY) -m flask --app wsgi
# Never more than four: beyond that they wait for the one database server.
PYTEST = $(PY) -m pytest -n $(WORKERS) --maxprocesses 4 --dist loadgroup
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard translations/*/LC_MESSAGES/messages.po))

# A broken catalogue is written before its fault is reported; it must not be found by the next `make`.
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help run test test-all check lint types imports format bench pictures requirements \
	catalogues translations ready-to-run ready-to-test system-packages clean

help:  ## Show this list
	@awk -F ':.*  ## ' '/^[a-z-]+:.*  ## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "  PORTAL_PORT=8123 PORTAL_INSTANCE=/some/empty/folder make run   runs a second, separate copy"
	@echo "  PYTEST_ARGS='-k slots' make test                               runs some of the tests"

run: export PORTAL_PORT := $(PORTAL_PORT)
run: export PORTAL_INSTANCE := $(PORTAL_INSTANCE)
run: ready-to-run  ## Set everything up and serve the demo clinic on http://127.0.0.1:8000
	@export PORTAL_DEMO=1 && $(FLASK) portal init && $(FLASK) portal demo && exec $(FLASK) portal serve

test: ready-to-test  ## Run the tests that CI runs (up to ten minutes on two cores)
	@$(PYTEST) -m "not exhaustive" $(PYTEST_ARGS)

test-all: ready-to-test  ## Run these and the exhaustive ones (every language, width and race)
	@$(PYTEST) $(PYTEST_ARGS)

check: lint types imports  ## Check style, types and the direction of imports

lint: .venv/for-dev  ## Check style and formatting
	@$(PY) -m ruff check . && $(PY) -m ruff format --check .

types: .venv/for-dev  ## Check types strictly
	@$(PY) -m mypy

imports: .venv/for-dev  ## Check that imports only point downwards
	@.venv/bin/lint-imports --no-logo --cache-dir .cache/import-linter

format: .venv/for-dev  ## Put the code into its format
	@$(PY) -m ruff check --fix . && $(PY) -m ruff format .

bench: ready-to-test  ## Measure, and print what was measured (PARTS="pages forms" for some; docs/performance.md)
	@$(PY) -m bench $(PARTS)

pictures: ready-to-test  ## Take pictures of the pages into .pictures/
	@$(PYTEST) -m "browser and not exhaustive" $(PYTEST_ARGS)

requirements: .venv/for-dev  ## Pin the newest versions that pyproject.toml allows (needs uv)
	@bin/requirements

catalogues: .venv/for-dev  ## Bring the catalogues up to the strings of the code
	@$(PY) bin/catalogues

translations: $(CATALOGUES)  ## Compile the catalogues; a broken one is an error

clean:  ## Remove what was made here: environment, caches, pictures (never an instance)
	rm -rf .venv .cache .hypothesis .pictures
	rm -f $(CATALOGUES)

ready-to-run: .venv/for-run translations

ready-to-test: .venv/for-dev translations system-packages

system-packages:
	@bin/system-packages

translations/%.mo: translations/%.po | .venv/for-run
	@$(PY) -m babel.messages.frontend --quiet compile -l "$(firstword $(subst /, ,$*))" -i $< -o $@

# Asked each time and quick when nothing changed: the script compares what is installed with what is pinned.
.PHONY: .venv/for-run .venv/for-dev
.venv/for-run:
	@bin/install run
.venv/for-dev: .venv/for-run
	@bin/install dev
