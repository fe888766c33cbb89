# Two commands on a fresh machine: `make quickstart` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

# Neither trains nor starts a process of its own for long.
UNIT := $(addprefix tests/,data docs/test_fresh.py golden hardware house language new plan project \
	render tokens yaml diagnostics/test_cases.py diagnostics/test_renderers.py diagnostics/test_rules.py)

.PHONY: quickstart check test lint golden docs bench clean help

help:            ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

$(VENV)/quickstart: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) -e '.[quickstart]'
	touch $@

$(VENV)/dev: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) -e '.[dev]'
	touch $@ $(VENV)/quickstart

quickstart: $(VENV)/quickstart   ## install, compile and train the quickstart on real weights
	HF_HUB_OFFLINE=1 $(BIN)/specc run specs/quickstart.yaml --overwrite

lint: $(VENV)/dev   ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

check: lint   ## before a commit: lint, types, unit tests, goldens, diagnostics
	HF_HUB_OFFLINE=1 OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q -n 2 --dist worksteal $(UNIT)

# One thread per process: two workers that each spin two threads slow each other down tenfold.
test: lint   ## everything that CI runs
	HF_HUB_OFFLINE=1 OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist worksteal

golden: $(VENV)/dev   ## compile specs/ anew into generated/
	$(BIN)/python -m tests.golden.update

docs: $(VENV)/dev   ## write the generated pages of docs/ and specs/schema.json anew
	$(BIN)/python -m docs.generate

bench: $(VENV)/dev   ## speed against the alternatives, side by side; takes an hour
	$(BIN)/python -m benchmarks.run

clean:           ## remove what was installed
	rm -rf $(VENV)
