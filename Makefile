# make run: the whole site on this machine, with a sample collection.  make test: the tests.  make check: all checks.

# Failing commands in a pipe count.
SHELL := bash
.SHELLFLAGS := -o pipefail -c
PYTHON ?= $(shell command -v python3.11 || echo python3)
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
# Images of Python set it; each process, and the tests start a hundred, would then compile Django and all else anew.
unexport PYTHONDONTWRITEBYTECODE
BIND ?= 127.0.0.1:8000
export BIND
# How many tests run at the same time; with few of them `make test JOBS=0 ARGS=tests/files` is faster.
JOBS ?= auto
.DEFAULT_GOAL := help
.PHONY: help run test check static format types bench lock clean

# Exactly the files of a lock, by hash, nothing resolved anew. uv takes a third of pip's time; where it finds no way to the
# packages, as with an index that only pip's own settings name, pip does it.
INSTALL = { uv pip install --python $(BIN)/python --no-deps --require-hashes -r $(1) 2>&1 | grep -v '^ [+~-] '; } \
	|| { echo "uv cannot install here; pip tries, which takes longer" \
	&& python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $(1); }

help: ## list what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /	/'

$(VENV)/uv: requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Strandline needs Python 3.11 or newer, and $(PYTHON) is not that. Name the one you have: make run PYTHON=python3.12"; \
		exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); exit 1; }
	@sed -n '/^uv==/,/[^\\]$$/p' requirements-dev.lock > $(VENV)/uv.lock
	@python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $(VENV)/uv.lock
	@touch $@

$(VENV)/runs: $(VENV)/uv requirements.lock
	@echo "Installing what runs (half a minute, once)"
	@$(call INSTALL,requirements.lock)
	@touch $@

$(VENV)/checks: $(VENV)/runs requirements-dev.lock
	@echo "Installing what checks (once)"
	@$(call INSTALL,requirements-dev.lock)
	@touch $@

$(VENV)/ocr: $(VENV)/runs requirements-ocr.lock
	@echo "Installing what reads words in pictures (once)"
	@$(call INSTALL,requirements-ocr.lock)
	@touch $@

# OCR=yes: with the extra that reads the words in pictures. It stays installed until `make clean`.
run: $(VENV)/runs $(if $(filter yes,$(OCR)),$(VENV)/ocr) ## set up and start the site and its worker on http://127.0.0.1:8000; Ctrl-C stops both
	@python manage.py prepare --bind $(BIND)
	@exec python manage.py serve --bind $(BIND)

test: $(VENV)/checks ## set up and run the tests on the database of DATABASE_URL, SQLite if unset
	@python -m pytest -n $(JOBS) --dist worksteal $(ARGS)

check: static test ## formatter, import contract, types, migrations, tests

static: format types ## all checks that run nothing
	@lint-imports --no-cache
	@python manage.py makemigrations --check --dry-run
	@python manage.py check

format: $(VENV)/checks ## check the form of the code
	@ruff check .
	@ruff format --check .
	@python tests/template_lines.py

types: $(VENV)/checks ## check the types of the code that knows no Django
	@mypy

bench: $(VENV)/checks ## run every benchmark
	@for benchmark in benchmarks/*.py; do python $$benchmark; done

lock: $(VENV)/uv ## write the locks anew after a change of a requirements*.txt
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		requirements.txt -o requirements.lock
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		requirements-dev.txt -c requirements.lock -o requirements-dev.lock
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		requirements-ocr.txt -c requirements.lock -c requirements-dev.lock -o requirements-ocr.lock

clean: ## remove what setting up made; nothing of var/ and media/
	rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache
