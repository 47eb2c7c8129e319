# Two commands do everything: make run, make test.
VENV := .venv
BIN := $(VENV)/bin
# The first interpreter that is a working Python 3.11, 3.12 or 3.13.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null \
	&& echo $$p && break; done)

.PHONY: run test types quick mutation benchmark-tests docs install edition lock benchmark audit sbom clean

# The port to serve on: make run PORT=8600.
PORT ?= 8501
run: $(VENV)/.run
	@$(BIN)/observatory gaps
	@$(BIN)/observatory app --port $(PORT)

# A file's tests run on one worker, so that what they share is made once. The files come in the
# order of their names: those of browsers and builds, the long ones, before the units.
WORKERS ?= 2
PYTEST := $(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

test: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(MAKE) --no-print-directory --output-sync -j2 types docs
	$(PYTEST)

types: $(VENV)/.test
	$(BIN)/mypy

# The documentation as a site of plain files, in site/.
docs: $(VENV)/.test
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict

install: $(VENV)/.test

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed: none was found" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps -e .
	@touch $@

$(VENV)/.test: requirements-dev.lock $(VENV)/.run
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

# Compile the reference edition again from the official files (SOURCES=folder).
SOURCES ?= ../shared/data
edition: $(VENV)/.run
	$(BIN)/observatory build --from $(SOURCES) --territory 200057867 --out data/edition

lock: $(VENV)/.test
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --no-header pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --no-header -c requirements.lock --extra dev --extra docs pyproject.toml -o requirements-dev.lock

benchmark: $(VENV)/.test
	$(BIN)/python -m pip install --quiet -e .[bench]
	$(BIN)/python -m benchmarks access --all

# Unit tests, hand-made tables and a few examples of each property, for the minute after a change.
quick: $(VENV)/.test
	HYPOTHESIS_PROFILE=quick $(PYTEST) -q -m "not slow" tests/unit tests/spec \
		tests/property

benchmark-tests: $(VENV)/.test
	$(BIN)/python -m pip install --quiet -e .[bench]
	$(BIN)/pytest -q benchmarks/tests

# Change the code in small ways and count the changes that no test sees (see docs/mutation.md).
mutation: $(VENV)/.test
	$(BIN)/python -m pip install --quiet -e .[mutation]
	rm -rf mutants
	$(BIN)/mutmut run $(MUTANTS)
	$(BIN)/mutmut results

# What the locked packages are known to be open to (OSV, PyPI). Fails where a package could not be
# asked about, and where none was.
TOOLS := $(VENV)/tools
$(TOOLS)/.tools: | $(BIN)/python
	$(BIN)/python -m venv $(TOOLS)
	$(TOOLS)/bin/pip install --quiet "pip-audit>=2.9" "cyclonedx-bom>=7"
	@touch $@

audit: $(TOOLS)/.tools
	rm -f audit.json
	$(TOOLS)/bin/pip-audit --strict --disable-pip --require-hashes -r requirements.lock \
		--format json --output audit.json; code=$$?; \
		$(TOOLS)/bin/python deploy/counted.py audit.json dependencies requirements.lock && exit $$code

# What the product is made of, as CycloneDX 1.6 (sbom.json). Fails where nothing was listed.
sbom: $(TOOLS)/.tools
	rm -f sbom.json
	$(TOOLS)/bin/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml \
		--spec-version 1.6 --output-format JSON --output-file sbom.json
	$(TOOLS)/bin/python deploy/counted.py sbom.json components requirements.lock

clean:
	rm -rf $(VENV) build site dist mutants audit.json sbom.json .mypy_cache .ruff_cache .pytest_cache .hypothesis
