# `make serve` builds and serves the graph; `make test` checks all that must hold.
HOST ?= 127.0.0.1
PORT ?= 8000
PYTHON ?= python3
# Tests run in so many processes, a file in one.
PROCESSES ?= 2
BIN := .venv/bin
PIP := $(BIN)/pip --disable-pip-version-check --quiet

.PHONY: serve test docs reference golden bench-hostile soak bench-requests lock format clean

serve: .venv/.run
	$(BIN)/gcmgraph build
	$(BIN)/gcmgraph serve --host $(HOST) --port $(PORT)

test: .venv/.test tests/clients/node_modules/.installed
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/gcmgraph check
	$(SPHINX)
	$(BIN)/pytest --numprocesses $(PROCESSES) --dist loadfile

# The documentation as a site: docs/_build/html/index.html.
SPHINX := $(BIN)/sphinx-build --fail-on-warning --keep-going --quiet docs docs/_build/html
docs: .venv/.test
	$(SPHINX)

# The pages of docs/reference, made from the code anew.
reference: .venv/.test
	$(BIN)/python docs/reference.py

# The rows that tests expect of the questions, made anew; read the difference before you commit it.
golden: .venv/.test
	$(BIN)/pytest tests/queries --write-expected

# What a request costs: round trips, calls, milliseconds.
bench-requests: .venv/.test
	$(BIN)/gcmgraph build
	$(BIN)/python benchmarks/request_cost.py releases/current practice

# What a hostile query is answered with, and what another client feels of it.
bench-hostile: .venv/.test
	$(BIN)/python benchmarks/hostile.py

# Ten minutes of mixed load with reloads and killed workers.
soak: .venv/.test
	$(BIN)/python benchmarks/soak.py

format: .venv/.test
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

.venv/.run: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@

.venv/.test: .venv/.run requirements-test.lock
	$(PIP) install --require-hashes -r requirements-test.lock
	touch $@

# Comunica, for the tests of clients; without npm that test is skipped.
NPM := npm --loglevel error --no-audit --no-fund --ignore-scripts
tests/clients/node_modules/.installed: tests/clients/package.json tests/clients/package-lock.json
	if command -v npm >/dev/null; then $(NPM) ci --prefix tests/clients && touch $@; fi

# Needs uv (https://docs.astral.sh/uv/); the locks name no index, so any mirror serves.
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url
RUN_EXTRAS := --extra build --extra publish --extra serve
lock:
	$(LOCK) $(RUN_EXTRAS) pyproject.toml -o requirements.lock
	$(LOCK) -c requirements.lock --extra serve pyproject.toml -o requirements-serve.lock
	$(LOCK) -c requirements.lock $(RUN_EXTRAS) --extra docs --extra test pyproject.toml -o requirements-test.lock

clean:
	rm -rf .venv releases dist docs/_build tests/clients/node_modules
