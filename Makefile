# The project's commands. `make` without arguments lists them; the steps are in tools/ and dev/.

.DEFAULT_GOAL := help
.SUFFIXES:

# Any Python from 3.11 on; make PYTHON=/path/to/python3 chooses one.
PYTHONS = $(or $(PYTHON),python3.14 python3.13 python3.12 python3.11 python3 python)
SUITS = import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))
FIND = for p in $(PYTHONS); do "$$p" -c '$(SUITS)' 2>/dev/null && { echo "$$p"; break; }; done
NO_PYTHON = none of $(PYTHONS) is Python 3.11 or later with venv and pip. Install one \
	(Debian, Ubuntu: python3 and python3-venv) or choose one: make PYTHON=/path/to/python3
BASE = $(or $(shell $(FIND)),$(error $(NO_PYTHON)))

PY := .venv/bin/python
SHARED := --dist loadfile --no-loadscope-reorder
ICONS := app/static/vendor/icons.svg
CODE = $(wildcard app dev tools tests benchmarks)

# Let Python write bytecode even if that is turned off: otherwise each of the tests' many processes
# compiles everything it imports, which takes longer than running it.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup run test check bench pictures format wheel lock clean

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' $(MAKEFILE_LIST)

setup: .venv/.ready $(ICONS) ## install everything the dashboard and its tests need
	@:

run: setup ## serve the dashboard, with a local LiveKit server unless LIVEKIT_URL names one
	@$(PY) -m dev.run

# A few processes share the tests, each with its own stack: most tests wait rather than compute. The
# browser tests run separately, because real audio and video need the CPU.
test: setup ## run all tests, or some: make test ARGS="-k rooms"
	@$(PY) -m dev.toolchain livekit redis standin s3 chromium nginx caddy hadolint postgres node
ifdef ARGS
	@$(PY) -m pytest $(ARGS)
else
	@$(PY) -m pytest -n 3 $(SHARED) -m "not alone" --ignore tests/e2e
	@$(PY) -m pytest -n 2 $(SHARED) -m "not alone" tests/e2e
	@$(PY) -m pytest -m alone
endif

check: setup ## run the linters
	@$(PY) -m black --quiet --check --diff $(CODE)
	@$(PY) -m ruff check --quiet $(CODE)
	@$(PY) -m mypy $(CODE)
	@$(PY) -m dev.gosources check

bench: setup ## measure the dashboard on the real server; make bench ARGS=soak for 10 minutes
	@$(PY) -m dev.toolchain livekit redis standin
	@$(PY) -m benchmarks $(ARGS)

pictures: setup ## retake the screenshots in the documentation
	@$(PY) -m dev.toolchain livekit redis standin chromium
	@$(PY) -m tests.e2e.pictures

format: setup ## format the code and sort its imports
	@$(PY) -m ruff check --quiet --select I --fix $(CODE)
	@$(PY) -m black --quiet $(CODE)
	@$(PY) -m dev.gosources format

wheel: setup ## build the wheel for `pip install`
	@$(BASE) -m tools.poetry wheel

lock: ## update the lock files
	@$(BASE) -m tools.poetry lock
	@$(BASE) -m tools.node lock

clean: ## remove everything that make created in this folder
	rm -rf .venv .tools .dev dist node_modules app/static/vendor

# A link to a Python that was removed counts as missing, so the environment is created again.
.venv/bin/python:
	@$(BASE) -m tools.poetry venv

.venv/.ready: poetry.lock .venv/bin/python
	@$(BASE) -m tools.poetry install

node_modules/.ready: package.json package-lock.json .npmrc
	@$(BASE) -m tools.node install

$(ICONS): node_modules/.ready app/static/icons.txt tools/vendor.py
	@$(BASE) -m tools.vendor
