# make demo · make test: that is all a newcomer needs. `make help` lists the rest.
PYTHON ?= python3
VENV ?= .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.installed
JOBS ?= 2

.PHONY: help demo test check bench migrate seed

help:
	@echo "make demo            the whole hospital on this machine: WeChat emulator, web, workers (RESET=1 starts over)"
	@echo "make test            the whole test suite (TEST_DATABASE_URL, TEST_REDIS_URL: on those servers)"
	@echo "make check           ruff, mypy, architecture tests"
	@echo "make bench           the benchmarks, as ratios within one run"
	@echo "make migrate, seed   bring DATABASE_URL up to date; load questionnaires, pathways, templates"

$(STAMP): requirements.txt requirements-dev.txt
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $(STAMP)

demo: $(STAMP)
	$(PY) -m app.launcher $(if $(RESET),--reset)

test: $(STAMP)
	$(PY) -m pytest -n $(JOBS) --dist loadgroup

check: $(STAMP)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) -m pytest -q tests/architecture

bench: $(STAMP)
	$(PY) -m bench

migrate: $(STAMP)
	$(VENV)/bin/flask --app wsgi migrate

seed: $(STAMP)
	$(VENV)/bin/flask --app wsgi seed
