# Caruso. `make demo` runs the main job, `make test` the tests; both set up what they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
APT := sip-tester espeak-ng sox libegl1 libgl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libglib2.0-0 libpulse0 \
	fonts-dejavu-core pulseaudio xvfb libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libnss3 tcpdump
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

.PHONY: setup demo test check bench soak

setup: $(VENV)/.done

$(VENV)/.done: pyproject.toml
	@missing=$$(for p in $(APT); do dpkg -s $$p >/dev/null 2>&1 || echo $$p; done); \
	if [ -n "$$missing" ]; then echo "installing $$missing"; \
	$(SUDO) apt-get update -qq && DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq $$missing; fi
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q uv
	$(BIN)/uv pip install -q --python $(BIN)/python -e '.[server,desk,dev]'
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
