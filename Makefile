# Two commands on a fresh machine: `make demo` and `make test`. Python >= 3.11 and make are enough; uv is used when there.

PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11 python3.14,$(if $(shell $(name) -c 'import sys; print(sys.version_info >= (3, 11) or "")' 2>/dev/null),$(name))))
VENV := .venv
BIN := $(VENV)/bin
SENTENCE ?= Generate 10k financial transactions with user ID, amount, currency, and timestamp
# One place for the sources, so that every check reads all of them.
CODE := server tools resources tests benchmarks
# Many tests wait for a server that starts, so one more process than there are processors. Those that kill servers, and
# the conformance suite, come after the others: they need a machine on which a heartbeat is in time.
ALONE := tests/conformance/test_conformance.py tests/chaos
PARALLEL = --numprocesses $(shell $(BIN)/python -c 'import os; print(1 + len(getattr(os, "sched_getaffinity", lambda _: range(os.cpu_count() or 1))(0)))') --dist worksteal

.PHONY: demo test coverage install dev format lint unit chaos gallery db-migrate db-reset constraints build clean

demo: install  ## The whole flow: sentence, schema, job, rows, file. No key, no network.
	@DEFAULT_LLM_PROVIDER=local LOG_LEVEL=WARNING $(BIN)/synthaix generate "$(SENTENCE)" --yes

test: dev lint  ## Everything CI runs.
	@$(BIN)/pytest $(PARALLEL) $(ALONE:%=--ignore %)
	@$(BIN)/pytest $(ALONE)

coverage: dev  ## The same tests, with the lines and branches that none of them reaches.
	@$(BIN)/coverage erase
	@$(BIN)/pytest --cov --cov-report=term:skip-covered

install: $(VENV)/.installed  ## The program with its pinned dependencies.

dev: $(VENV)/.dev  ## install, and what the checks need.

unit: dev  ## Only the fast tests.
	@$(BIN)/pytest $(PARALLEL) tests/unit

chaos: dev  ## A hundred kills of real servers; about a quarter of an hour. CHAOS_SEED repeats a run.
	@CHAOS_KILLS=100 $(BIN)/pytest -s tests/chaos

lint: dev  ## Style, types and layers; changes nothing.
	@$(BIN)/ruff check $(CODE)
	@$(BIN)/ruff format --check $(CODE)
	@$(BIN)/mypy $(CODE)
	@$(BIN)/lint-imports --no-cache

format: dev  ## Style, mended.
	@$(BIN)/ruff check --fix $(CODE)
	@$(BIN)/ruff format $(CODE)

gallery: install  ## docs/gallery.md: rows of ten subjects, for a person to judge.
	@$(BIN)/python benchmarks/gallery.py > docs/gallery.md

db-migrate: install  ## The job database to the newest schema, or to REVISION=0001.
	@$(BIN)/python -m synthaix.jobs.migrations migrate $(REVISION)

db-reset: install  ## An empty job database. Asks first; CONFIRM=yes answers.
	@$(BIN)/python -m synthaix.jobs.migrations reset $(if $(filter yes,$(CONFIRM)),--yes)

build: dev  ## The wheel and the source archive, in dist/.
	@$(BIN)/python -m build --no-isolation --outdir dist .

constraints:  ## Pin every dependency again: names, versions and hashes, no addresses.
	uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	  --no-emit-index-url --no-emit-find-links --output-file constraints.txt
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	  --no-emit-index-url --no-emit-find-links --constraints constraints.txt --output-file constraints-dev.txt

clean:
	rm -rf $(VENV) dist build

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "SynthAIx needs Python 3.11 or newer; install it, or name one with make PYTHON=..." >&2; exit 1; }
	@if command -v uv >/dev/null 2>&1; then uv venv --quiet --python "$(PYTHON)" $(VENV); \
	 else "$(PYTHON)" -m venv $(VENV) 2>/dev/null || "$(PYTHON)" -m venv --without-pip $(VENV); fi

# Hashes are checked, so the project itself, which has none, is installed beside its dependencies.
# pip looks for the newest pydantic[email] although pydantic is pinned, unless the pins are constraints too.
define install_pinned
	@echo "Installing $(1) into $(VENV) ..."
	@if command -v uv >/dev/null 2>&1; then \
	   uv pip install --quiet --python $(BIN)/python --require-hashes --requirement $(1); \
	   uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .; \
	 else \
	   "$(PYTHON)" -m pip --disable-pip-version-check --python $(BIN)/python install --quiet --require-hashes --requirement $(1) --constraint $(1) && \
	   "$(PYTHON)" -m pip --disable-pip-version-check --python $(BIN)/python install --quiet --no-deps --no-build-isolation --editable . ; \
	 fi
endef

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(call install_pinned,constraints.txt)
	@touch $@

$(VENV)/.dev: pyproject.toml constraints-dev.txt | $(VENV)/bin/python
	$(call install_pinned,constraints-dev.txt)
	@touch $@ $(VENV)/.installed
