# make run: the whole site on this machine, with a sample collection.  make test: the tests.  make check: all checks.

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
BIND ?= 127.0.0.1:8000
export BIND
.DEFAULT_GOAL := help
.PHONY: help run test check format types bench clean

help: ## list what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /	/'

$(VENV)/runs: requirements.txt
	@command -v $(PYTHON) >/dev/null || { echo "Strandline needs $(PYTHON) or newer: make run PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what runs (about a minute, once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/checks: $(VENV)/runs requirements-dev.txt
	@echo "Installing what checks (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

run: $(VENV)/runs ## set up and start the site and its worker on http://127.0.0.1:8000; Ctrl-C stops both
	@python manage.py prepare
	@echo "Strandline runs on http://$(BIND) (Ctrl-C stops it)"
	@exec python -m honcho --no-prefix start

test: $(VENV)/checks ## set up and run the tests on the database of DATABASE_URL, SQLite if unset
	@python -m pytest $(ARGS)

check: $(VENV)/checks format types ## formatter, import contract, types, migrations, tests
	@lint-imports --no-cache
	@python manage.py makemigrations --check --dry-run
	@python manage.py check
	@python -m pytest $(ARGS)

format: $(VENV)/checks ## check the form of the code
	@ruff check .
	@ruff format --check .

types: $(VENV)/checks ## check the types of the code that knows no Django
	@mypy

bench: $(VENV)/checks ## run every benchmark
	@for benchmark in benchmarks/*.py; do python $$benchmark; done

clean: ## remove what setting up made; nothing of var/ and media/
	rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache
