# The two commands a newcomer needs: `make run` and `make test`. Both set up the environment themselves.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
# One process a core, and every file in one of them: what its tests share is built once.
SPREAD := -n auto --maxprocesses 4 --dist loadfile
INSTALLED := $(VENV)/.installed
MANIFEST := dbt_project/target/manifest.json
DBT_FILES := $(shell find dbt_project seeds/reference -type f -not -path '*/target/*' -not -path '*/logs/*' 2>/dev/null | sed 's/ /\\ /g')

# Bytecode halves the start of every command; an environment may switch it off.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: audit bench clean dbt-docs docs help lint lock manifest rules run setup test test-browser test-cluster test-dbt test-faults test-fuzz test-fuzz-guided test-kills test-notebook test-pipeline test-properties test-scored test-soak test-training test-unit types ui
.DEFAULT_GOAL := help

help: ## Show the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name one with PYTHON=python3.11"; exit 1; }
	@echo "Setting up $(VENV) (once, a few minutes)"
	@$(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-compile -r requirements.lock
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --editable .
	@# pip would compile with one core.
	@$(PY) -m compileall -q -j 0 $(VENV)/lib extract orchestration >/dev/null || true
	@touch $(INSTALLED)

setup: $(INSTALLED) ## Create the environment

$(MANIFEST): $(INSTALLED) $(DBT_FILES)
	@$(PY) -m orchestration.cli manifest

manifest: $(MANIFEST) ## Build the dbt manifest

run: $(MANIFEST) ## Load the sample articles into data/ and build the warehouse
	@$(PY) -m orchestration.cli load seeds/articles

ui: $(MANIFEST) ## Start the Dagster webserver and daemon
	@$(PY) -m orchestration.cli ui

test: lint types test-unit ## Run every test, fast ones first; of the slow ones two tiers at a time
	@echo "The slow tests, two tiers at a time; what each prints comes when it ends, after some minutes"
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target test-dbt test-pipeline test-scored

lint: $(INSTALLED) ## Check style of Python and SQL, and that the packages fit together
	@$(PY) -m pip check --quiet --disable-pip-version-check
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m sqlfluff lint dbt_project

types: $(INSTALLED) ## Check the type hints
	@$(PY) -m mypy

test-unit: $(INSTALLED) ## Unit tests
	@$(PY) -m pytest tests/unit tests/fuzz $(SPREAD)

test-dbt: $(MANIFEST) ## Tests of the models
	@$(PY) -m pytest tests/dbt

test-pipeline: $(MANIFEST) ## Tests of the whole job
	@$(PY) -m pytest tests/pipeline

test-scored: $(INSTALLED) ## Tests against hand-coded sample articles
	@$(PY) -m pytest tests/scored

test-faults: $(MANIFEST) ## Tests of killed loads, full disks, damaged files and the running daemon, some minutes
	@$(PY) -m pytest tests/faults

test-kills: export KILLS ?= 200
test-kills: $(MANIFEST) ## Kill 200 loads of 2,000 articles at random moments and check what is left, hours
	@$(PY) -m benchmarks.kills --kills $(KILLS)

test-soak: export MINUTES ?= 60
test-soak: $(MANIFEST) ## Leave the daemon to a feed that changes all the time, a reader beside it, an hour
	@$(PY) -m benchmarks.soak --minutes $(MINUTES)

test-properties: export CONFLICT_LEDGER_HISTORIES ?= 1,2,3,4,5,6,7,8,9,10
test-properties: $(MANIFEST) ## Longer tests with random articles and changes, ten minutes
	@$(PY) -m pytest tests/dbt/test_properties.py -n auto --maxprocesses 4

test-fuzz: export INPUTS ?= 100000
test-fuzz: $(INSTALLED) ## Hostile input for readers, parsers and extraction (INPUTS=100000), about half an hour
	@$(PY) tests/fuzz/run.py --inputs $(INPUTS)

test-fuzz-guided: export TARGET ?= feed
test-fuzz-guided: export SECONDS ?= 60
test-fuzz-guided: $(INSTALLED) ## The same for one TARGET, following coverage, for SECONDS; installs atheris
	@$(PY) -m pip install --quiet --disable-pip-version-check --editable '.[fuzz]'
	@$(PY) tests/fuzz/guided.py $(TARGET) -max_total_time=$(SECONDS) -timeout=20

test-browser: $(MANIFEST) ## Tests of the evidence browser in the system's Chromium, with 50,000 incidents
	@$(PY) -m pip install --quiet --disable-pip-version-check --editable '.[browser]'
	@$(PY) -m pytest tests/browser

test-notebook: $(MANIFEST) ## Tests of the notebook and of the cookbook's other programs; installs marimo, polars, openpyxl
	@$(PY) -m pip install --quiet --disable-pip-version-check --editable '.[notebook]'
	@$(PY) -m pytest tests/scored/test_notebook.py tests/scored/test_docs.py

test-cluster: $(INSTALLED) ## Tests of reading on a Dask cluster, on this machine
	@$(PY) -m pip install --quiet --disable-pip-version-check --editable '.[dask]'
	@$(PY) -m pytest tests/cluster

test-training: $(INSTALLED) ## Tests of the encoder's training; installs torch, a large download
	@$(PY) -m pip install --quiet --disable-pip-version-check --editable '.[train]'
	@$(PY) -m pytest tests/unit/test_encoder_training.py

audit: $(INSTALLED) ## Ask for known vulnerabilities of the locked packages; needs the internet
	@$(PY) -m pip check --disable-pip-version-check
	@$(PY) -m pip install --quiet --disable-pip-version-check --editable '.[audit]'
	@$(PY) -m pip_audit --requirement requirements.lock --no-deps --disable-pip --strict \
		|| { echo "Not every package could be checked or one is vulnerable; without the internet nothing is checked."; exit 1; }

bench: export ARTICLES ?= 1000
bench: export DOCUMENTS ?= 20000
bench: export FIRST ?= 1000
bench: export LARGE ?= 5000
bench: export TO ?= data/benchmarks
bench: $(MANIFEST) ## Measure speed and memory of every part, of small homes and large (LARGE=20000), twenty minutes
	@$(PY) -m benchmarks --articles $(ARTICLES) --documents $(DOCUMENTS) --first $(FIRST) --large $(LARGE) --to "$(TO)" $(if $(PARTS),--parts $(PARTS))

rules: $(INSTALLED) ## Score every rule and component on the annotated conflict corpus
	@$(PY) -m extract.training corpus rules

docs: $(MANIFEST) ## Write the generated pages of docs/
	@$(PY) -m orchestration.documentation $(MANIFEST) docs

dbt-docs: $(INSTALLED) ## Write dbt's documentation with its lineage as one page
	@$(PY) -m orchestration.dbt_docs dbt_project/target/dbt-docs.html

lock: $(INSTALLED) ## Renew requirements.lock from pyproject.toml
	@$(PY) -m pip install --quiet uv
	@$(PY) -m uv pip compile --quiet --upgrade --universal --python-version 3.11 --extra dev --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" -o requirements.lock pyproject.toml

clean: ## Remove the environment and what was built; your data stays
	@rm -rf $(VENV) dbt_project/target dbt_project/logs .pytest_cache .mypy_cache .ruff_cache
