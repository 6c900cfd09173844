# Caruso. `make demo` runs the main job, `make test` the tests; both set up what they need.
VENV := .venv
BIN := $(VENV)/bin
export PYTHON

.PHONY: setup demo test check bench soak

setup: $(VENV)/.done

$(VENV)/.done: pyproject.toml .ci/setup
	.ci/setup $(VENV)
	touch $@

demo: setup
	$(BIN)/caruso demo

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: setup
	QT_QPA_PLATFORM=offscreen $(BIN)/pytest

bench: setup
	$(BIN)/python -m tests.bench

soak: setup
	QT_QPA_PLATFORM=offscreen $(BIN)/pytest -m soak
