# `make run` and `make test` are all one needs; `make help` lists the rest.
# Narrow the tests with T: make test T=tests/sessions

T ?= tests
PYTHON_IN_VENV := .venv/bin/python
PYTEST := $(PYTHON_IN_VENV) -m pytest
# One process a core and one more for while one waits; each has tables and an engine of its own.
PROCESSES := $(shell cores=$$(getconf _NPROCESSORS_ONLN); echo $$((cores < 4 ? cores + 1 : 4)))
IN_PARALLEL := --numprocesses $(PROCESSES) --dist worksteal
# They start engines of their own, or ask for the forms of answers.
NOT_OF_STORAGE := --ignore tests/local --ignore tests/core/test_api_schema.py
MANAGE := $(PYTHON_IN_VENV) manage.py
# A command in the environment of .ci/deploy-check.env and nothing of ours.
AS_DEPLOYED := env -i PATH="$$PATH" LANG=C.UTF-8 ENV_FILE=.ci/deploy-check.env

unexport PYTHONHOME PYTHONPATH
# Tests start many processes, which share what one of them compiled.
unexport PYTHONDONTWRITEBYTECODE
.DEFAULT_GOAL := help
.PHONY: help run test test-long check lint types format browser deploy-check venv venv-dev

help:  ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 14

run: venv  ## start everything on http://127.0.0.1:8000 (PORT=8001 for another port)
	@exec $(PYTHON_IN_VENV) manage.py runlocal --end-with-parent

test: venv-dev browser  ## everything but the long proofs (T=path narrows it)
	@$(PYTEST) $(IN_PARALLEL) -m "not long" $(T)

test-long: venv-dev browser  ## beyond `make test`: the long proofs, and storage on a real engine
	@$(PYTHON_IN_VENV) -m tests.on_engine -m "not browser and not long" $(NOT_OF_STORAGE) $(T)
	@$(PYTEST) $(IN_PARALLEL) -m long $(T)

check: lint types deploy-check test  ## lint, types, contracts, deployment checks, tests

lint: venv-dev  ## style, import contracts, templates
	@$(PYTHON_IN_VENV) -m ruff check .
	@$(PYTHON_IN_VENV) -m ruff format --check .
	@$(PYTHON_IN_VENV) -c "from importlinter.cli import lint_imports_command as lint; lint()"
	@$(PYTHON_IN_VENV) -m djlint --quiet --lint --ignore H043 templates

types: venv-dev  ## mypy
	@$(PYTHON_IN_VENV) -m mypy .

format: venv-dev  ## rewrite the code in the house style
	@$(PYTHON_IN_VENV) -m ruff check --fix-only --exit-zero .
	@$(PYTHON_IN_VENV) -m ruff format .

deploy-check: venv-dev  ## the checks a server runs at its start, and the API's schema
	@$(AS_DEPLOYED) $(MANAGE) check --deploy --fail-level WARNING
	@$(AS_DEPLOYED) $(MANAGE) spectacular --validate --fail-on-warn --file /dev/null

browser:  ## find Chromium for the browser tests, or install it
	@.ci/browser >/dev/null

venv:
	@.ci/venv requirements.txt

venv-dev:
	@.ci/venv requirements-dev.txt
