# Caruso. `make demo` runs the main job, `make test` the tests; both set up what they need.
VENV := .venv
BIN := $(VENV)/bin
export PYTHON

.PHONY: setup demo test check bench soak

setup: $(VENV)/.done
	@$(BIN)/python -m compileall -q server servicekit scriptengine agentdesk verticals

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

# Generated examples are the same each time, so that a change is judged by what it changed; `make soak` and plain pytest
# look for new ones. Rules, parts and whole servers two at a time; what is heard or timed alone, so that the processors
# are its own. One over real servers that fails is tried once more, and what it failed from is printed (docs/decisions/0047).
test: export CARUSO_EXAMPLES = steady
test: setup
	QT_QPA_PLATFORM=offscreen $(BIN)/pytest -m "not soak and not real" -n 2 --dist worksteal
	QT_QPA_PLATFORM=offscreen $(BIN)/pytest -m "real and not alone and not soak" --reruns 1 -n 2 --dist worksteal
	QT_QPA_PLATFORM=offscreen $(BIN)/pytest -m "alone and not soak" --reruns 1

bench: setup
	$(BIN)/python -m tests.bench

soak: setup
	$(BIN)/pytest tests/acd tests/callflow tests/scriptengine -m "not real and not soak" -n 2 --dist worksteal
	QT_QPA_PLATFORM=offscreen $(BIN)/pytest -m soak -o faulthandler_timeout=0
