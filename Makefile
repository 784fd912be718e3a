# The commands of this checkout. `make` alone lists them.

VENV ?= .venv
HOST ?= 127.0.0.1
PORT ?= 8000
# More words for pytest, such as: make test ARGS="-k withdrawal"; without any, all cores share the tests.
ARGS ?=

BIN := $(VENV)/bin
# The first Python that is new enough.
PYTHON ?= $(shell for name in python3.11 python3 python3.12 python3.13 python3.14; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v "$$name"; break; }; done)
# Each holds the time of the last installation: a second start has nothing to do.
READY := $(VENV)/.ready
READY_DEV := $(VENV)/.ready-dev
READY_APP := $(VENV)/.ready-app

PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

.DEFAULT_GOAL := help
.PHONY: help run test bench lint format frontend migration lock clean

help: ## What each command does
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(READY_APP) frontend ## Start the service with invented records (HOST, PORT)
	@HOST=$(HOST) PORT=$(PORT) exec $(BIN)/small-ecology serve --demo

test: $(READY_DEV) $(READY_APP) frontend ## Run all tests, on SQLite, on PostGIS and in Chromium (ARGS)
	@bash tests/prepare.sh
	@$(BIN)/python -m pytest $(or $(ARGS),--numprocesses=auto)

bench: $(READY_DEV) $(READY_APP) frontend ## Measure the service beside the bare web framework (ARGS)
	@bash tests/prepare.sh
	@$(BIN)/python -m tests.bench $(ARGS)

lint: $(READY_DEV) $(READY_APP) frontend ## Check style, types and the order of imports
	@failed=0; for check in "ruff check" "ruff format --check" mypy "lint-imports --no-logo" "python frontend/build_hook.py --check"; do \
		echo "== $$check" >&2; $(BIN)/$$check || failed=1; done; exit $$failed

format: $(READY_DEV) ## Put the code into shape
	$(BIN)/ruff check --fix --exit-zero
	$(BIN)/ruff format

frontend: $(READY)
	@$(BIN)/python frontend/build_hook.py >&2

migration: $(READY_APP) ## Draft a migration from the models (NAME="Add needs")
	@test -n "$(NAME)" || { echo 'Say what it does: make migration NAME="Add needs"' >&2; exit 1; }
	@$(BIN)/python migrations/draft.py "$(NAME)"

lock: $(READY_DEV) ## Pin the newest versions of all dependencies, with hashes
	@bash tests/support/lock.sh $(BIN)

clean: ## Remove what was made here; the database in data/ stays
	rm -rf $(VENV) frontend/dist frontend/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Small Ecology needs Python 3.11 or newer. On Debian: apt install python3 python3-venv" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) comes without its venv module. On Debian: apt install python3-venv" >&2; exit 1; }
	@echo "Making $(VENV) with $$("$(PYTHON)" --version)" >&2
	@"$(PYTHON)" -m venv $(VENV)

$(READY): requirements.txt requirements-build.txt | $(BIN)/python
	@echo "Installing what the service needs (a few minutes the first time)" >&2
	@$(PIP) -r requirements.txt -r requirements-build.txt
	@touch $@

$(READY_DEV): requirements-dev.txt $(READY)
	@echo "Installing what the checks need" >&2
	@$(PIP) -r requirements-dev.txt
	@touch $@

# The package itself is an editable installation: the code is read from the checkout.
$(READY_APP): pyproject.toml frontend/build_hook.py $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
