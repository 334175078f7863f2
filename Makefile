# One command to see it, one to test it. Everything is installed into .venv, from PyPI, once.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3

.PHONY: demo test check format bench clean
.DEFAULT_GOAL := demo

demo: $(VENV)/ready ## build the sample repository and open it
	@$(BIN)/dalil demo

test: $(VENV)/ready-dev ## all tests
	$(BIN)/pytest -n auto

check: $(VENV)/ready-dev ## what every commit passes: lint, format, types, tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -q -n auto

format: $(VENV)/ready-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/ready-dev ## ratios against named peers, taken in one run
	$(BIN)/python -m tests.bench

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Dalil needs Python 3.11 or newer: make demo PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || { rm -rf $(VENV); \
		echo "this Python has no venv module: apt install python3-venv, then again"; exit 1; }
	@touch $@

$(VENV)/ready: $(VENV)/made pyproject.toml constraints.txt
	@echo "installing Dalil into $(VENV) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@$(BIN)/python -m compileall -q store tui sample_repo
	@touch $@

$(VENV)/ready-dev: $(VENV)/ready
	@echo "installing the development tools into $(VENV) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@
