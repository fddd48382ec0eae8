# Everything a contributor or a CI needs, in a .venv of its own. `make help` lists it.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# Twice quiet: errors are shown, and nothing else.
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input
# The first Python that is new enough; `make PYTHON=/path/to/python` names another one.
PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$each" && break; done)
# `make test ARGS="tests/cli -k key"`
ARGS ?=
# `make simulate SEED=7 STEPS=20000`; `make simulate REPLAY=tests/simulation/kept/seed-7.json`
SEED ?= 1
STEPS ?= 2400
REPLAY ?=
# `make chaos SEED=7 KILLS=3000`
KILLS ?= 1600

# `make storage DAMAGES=2000`
DAMAGES ?= 500
FULL_DISKS ?= 200
QUICK ?=

# `make workers ACCOUNTS=50 ROUNDS=10`
ACCOUNTS ?= 200
ROUNDS ?= 30
STANDS ?= 500

.PHONY: help venv install postgres demo test simulate storage chaos chaos-short mutants workers store-version check format-check lint types imports format schemas lock clean

help: ## This list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

venv: $(BIN)/python ## The virtual environment, empty

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "error: no Python 3.11 or newer was found. Install one, or run: make PYTHON=/path/to/python" >&2; exit 1; }
	@"$(PYTHON)" -m venv $(VENV) || { rm -rf $(VENV); echo "error: no virtual environment could be made. On Debian or Ubuntu: apt install python3-venv" >&2; exit 1; }

install: $(STAMP) ## The package and its tools, in the versions of requirements.lock

$(STAMP): pyproject.toml requirements.lock | $(BIN)/python
	@echo "installing into $(VENV) …"
	@$(PIP) install --constraint requirements.lock --editable '.[dev]'
	@touch $@

postgres: $(STAMP) ## PostgreSQL's server for the tests: Debian's package, without root into .venv
	@.ci/postgres

demo: $(STAMP) ## A day of an agency's work on a sandbox Dashtrack, with nothing set up
	@$(BIN)/rules-engine demo

test: $(STAMP) ## All tests; ARGS="tests/cli -k key" for some of them
	@$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

simulate: $(STAMP) ## Attack the promise at random, and judge it: SEED=7 STEPS=20000
	@$(BIN)/python tests/simulation/simulate.py --seed $(SEED) --steps $(STEPS) $(if $(REPLAY),--replay "$(REPLAY)")

storage: $(STAMP) ## Damage the store and fill its disk, hundreds of times: DAMAGES=500 FULL_DISKS=200
	@DAMAGES=$(DAMAGES) FULL_DISKS=$(FULL_DISKS) $(BIN)/python -m pytest -q tests/test_engine_store_trouble.py

chaos: $(STAMP) ## Kill the program at every named point and at any moment, and judge it: SEED=7 KILLS=3000
	@$(BIN)/python tests/chaos/chaos.py --seed $(SEED) --kills $(KILLS)

chaos-short: $(STAMP) ## The same in at most three minutes: every named point once
	@$(BIN)/python tests/chaos/chaos.py --seed $(SEED) --short

workers: $(STAMP) ## Strike several workers over many accounts: ACCOUNTS=200 ROUNDS=30 STANDS=500
	@$(BIN)/python tests/queue/workers.py --accounts $(ACCOUNTS) --rounds $(ROUNDS) --stands $(STANDS) --seed $(SEED)

mutants: $(STAMP) ## Take each guard out of a copy of the code: the tests must notice; QUICK=1 for a few
	@$(BIN)/python tests/mutants/run_mutants.py $(if $(QUICK),--quick)

check: format-check lint types imports ## What CI checks beside the tests: format, lint, types, imports

format-check: $(STAMP)
	@$(BIN)/ruff format --check --quiet . || { echo "error: run make format" >&2; exit 1; }

lint: $(STAMP) ## Lint
	@$(BIN)/ruff check --quiet .

types: $(STAMP) ## Types, strictly
	@$(BIN)/mypy

imports: $(STAMP) ## Imports go down the layers, never up
	@$(BIN)/lint-imports

format: $(STAMP) ## Format, and fix what lint can fix
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format .

store-version: $(STAMP) ## Write tests/store/versions/ for a new version of the store's schema
	@$(BIN)/python tests/store/versions/make_version.py

schemas: $(STAMP) ## Write schemas/ anew from the tables in the code
	@for each in rules config; do \
		$(BIN)/rules-engine schema $$each > schemas/$$each.schema.json.new && \
		mv schemas/$$each.schema.json.new schemas/$$each.schema.json || exit 1; done

lock: | $(BIN)/python ## Write requirements.lock anew with the newest versions
	@"$(BIN)/python" -m venv $(VENV)/lock
	@$(VENV)/lock/bin/python -m pip -qq --disable-pip-version-check --no-input install uv
	@$(VENV)/lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --extra dev \
		--no-header --no-emit-index-url --no-annotate --output-file requirements.lock pyproject.toml

clean: ## Remove caches and what was built; the virtual environment stays
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
	find . -path ./$(VENV) -prune -o -name __pycache__ -type d -exec rm -rf {} +
