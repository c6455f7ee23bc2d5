# Two commands for a fresh machine: `make run` and `make test`. The others are for those who work on it.
SHELL := /bin/bash
PORT ?= 5000
FLASK := .venv/bin/flask --app manage
TESTERS ?= 3

.PHONY: run install test proof bench lint lock messages clean

run: ## serve the fictional city on localhost
	@tools/install run
	@MODE=demo PORT=$(PORT) $(FLASK) demo

install: ## the environment alone, checks included
	@tools/install test

test: install lint ## everything, on both databases and in the browser
	.venv/bin/pytest -q -n $(TESTERS) --dist loadscope --no-loadscope-reorder tests

PROVES := tests/faults tests/journeys tests/properties tests/log tests/casework tests/foreign

proof: ## the long form: 200 kills on each database, all journeys in all manners, tamperings; the run writes docs/evidence/
	@tools/install proof
	PROOF=1 .venv/bin/python -m pytest -q -p tests.proof $(PROVES)

bench: install ## what it costs beside the bare driver and bare pages, on both databases; a few minutes on a quiet machine
	@.venv/bin/python -m bench

lint: install
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/djlint --lint --quiet templates

lock: install ## write the lock files anew
	.venv/bin/pip install -q pip-tools
	.venv/bin/pip-compile -q --generate-hashes --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links -o requirements.txt requirements.in
	.venv/bin/pip-compile -q --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links -o requirements-dev.txt requirements-dev.in

messages: install ## say which German sentences are missing, and compile the translations
	.venv/bin/python tools/messages.py
	.venv/bin/python tools/messages.py compile

clean: ## remove what the demo and the checks made
	rm -rf var .pytest_cache .mypy_cache .ruff_cache .hypothesis
