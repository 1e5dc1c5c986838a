# Everything starts here. Each target sets up what it needs first: .venv, the locked packages,
# and on Debian and Ubuntu the system's libraries (packaging/setup.sh).
# Pass options on with ARGS: make test ARGS="-k ledger -x"

.DEFAULT_GOAL := help
.PHONY: help demo test check fmt lock faults bench screenshots words clean ready

BIN := .venv/bin
ARGS ?=
# Tests mostly wait for other processes; WORKERS=0 runs them in this one.
WORKERS ?= 3

# Qt draws into memory here: no window opens, no display is needed.
test faults bench screenshots: export QT_QPA_PLATFORM := offscreen

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

demo: ready ## a sample source and target with faults, a node and the console
	$(BIN)/jellyfish demo $(ARGS)

test: check ## all checks, then all tests (faults and bench in their short forms)
	$(BIN)/pytest -q -ra --numprocesses $(WORKERS) $(ARGS)

check: ready ## format, lint, types and import directions
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

fmt: ready ## format the code and mend what the linter can
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

# Pins stay as they are unless pyproject.toml forbids them; `make lock UPGRADE=1` takes the newest.
# The two smaller locks are cut from the large one, so all three agree.
LOCK := UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --universal \
	--python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links
LOCKED := packaging/requirements

lock: ready ## write packaging/requirements-*.txt anew from pyproject.toml (UPGRADE=1: newest versions)
	$(LOCK) $(if $(UPGRADE),--upgrade) pyproject.toml --extra console --group dev -o $(LOCKED)-dev.txt
	$(LOCK) pyproject.toml --extra console -c $(LOCKED)-dev.txt -o $(LOCKED)-console.txt
	$(LOCK) pyproject.toml -c $(LOCKED)-dev.txt -o $(LOCKED)-engine.txt
	grep -o '^uv==[0-9.]*' $(LOCKED)-dev.txt | $(LOCK) - -c $(LOCKED)-dev.txt -o $(LOCKED)-uv.txt

faults: ready ## the fault tests at full length
	$(BIN)/pytest -q -ra -m faults --long $(ARGS)

bench: ready ## the speed measurements at full length, with their numbers
	$(BIN)/pytest -q -ra -s -m bench --long $(ARGS)

screenshots: ready ## pictures of everything in the console, into a new temporary folder (ARGS=FOLDER)
	$(BIN)/python -m tests.gui.gallery $(ARGS)

words: ready ## catalogues follow the source: adds what is new, lists what has no translation yet
	$(BIN)/python -m tests.gui.catalogue
	$(BIN)/python -m tests.unit.language.sentences

clean: ## remove .venv and everything else that was made here
	rm -rf .venv .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

ready:
	@sh packaging/setup.sh
