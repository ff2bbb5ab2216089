# Thin front of the project: makes .venv from a lock, then runs the `kinerja` command in it.
#   make report               run the sample study and bind its report
#   make report PYTHON=...    the same with a Python of your choice (3.11 or newer) if there is no .venv yet

SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := report
.DELETE_ON_ERROR:

SAMPLE := balikpapan-kota
STUDY ?= $(SAMPLE)
PYTEST_ARGS ?=
BENCH_ARGS ?=
export UV_PYTHON_DOWNLOADS := never

VENV := .venv
BIN := $(VENV)/bin
# A stamp says that .venv holds all of a lock. The test environment is a superset: it serves `report` too.
RUN_STAMP := $(VENV)/.has-requirements
TEST_STAMP := $(VENV)/.has-requirements-dev
# Where .venv was made: its scripts name that place, so in a copied or moved folder it is made anew.
PLACE := $(VENV)/.made-in
ifneq ($(shell cat $(PLACE) 2>/dev/null),$(CURDIR))
MOVED := moved
endif

.PHONY: report verify reference test bench lab code check lock clean help moved

report: $(RUN_STAMP)  ## Make the environment if needed, run the study, write the report (the default)
	$(BIN)/kinerja run $(STUDY)

verify: $(RUN_STAMP)  ## Execute the study again in a clean place and compare with its outputs here
	$(BIN)/kinerja verify $(STUDY)

reference: $(RUN_STAMP)  ## Make the sample's outputs anew: with git they are what `make verify` compares with
	$(BIN)/kinerja run --force $(SAMPLE)
	git add --all data/processed/$(SAMPLE) reports/$(SAMPLE)

test: $(TEST_STAMP)  ## Make the test environment if needed, run the tests (PYTEST_ARGS="-k alpha")
	$(BIN)/python -m pytest -n auto --dist loadscope --no-loadscope-reorder $(PYTEST_ARGS)

bench: $(TEST_STAMP)  ## Run the benchmarks, write their table into the README
	$(BIN)/python -m benchmarks --write $(BENCH_ARGS)

lab: $(RUN_STAMP)  ## Open the notebooks in JupyterLab
	$(BIN)/kinerja lab

code: $(TEST_STAMP)  ## Open the coding room (STUDY=my-study)
	$(BIN)/kinerja code $(STUDY)

check: $(RUN_STAMP)  ## List every fault of the raw data
	$(BIN)/kinerja check $(STUDY)

$(RUN_STAMP): requirements.lock pyproject.toml $(MOVED)
	@if [ -f $(TEST_STAMP) ]; then $(MAKE) $(TEST_STAMP); \
	else $(call install,requirements.lock); fi
	@touch $@

$(TEST_STAMP): requirements-dev.lock requirements.lock pyproject.toml $(MOVED)
	@$(call install,requirements-dev.lock)
	@touch $(RUN_STAMP) $@

# An interpreter counts only if it runs (version managers leave commands that do not), is new enough and,
# without uv, can make environments.
CANDIDATES := $(or $(PYTHON),python3.11 python3.12 python3.13 python3.14 python3 python)
NEEDS := $(if $(shell command -v uv),sys,ensurepip)
new_enough = -c 'import sys, $(1); sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1

define choose_python
python=; \
for candidate in $(CANDIDATES); do \
    if "$$candidate" $(call new_enough,$(NEEDS)); then python=$$candidate; break; fi; \
done; \
if [ -z "$$python" ]; then \
    echo "No Python 3.11 or newer that can make an environment was found (tried: $(CANDIDATES))." >&2; \
    echo "Install one (on Debian and Ubuntu with python3-venv), or name it: make PYTHON=path/to/python3" >&2; \
    exit 1; \
fi
endef

define install
set -e; \
if [ -f $(PLACE) ] && [ "$$(cat $(PLACE))" != "$(CURDIR)" ]; then rm -rf $(VENV); fi; \
if ! $(BIN)/python $(call new_enough,sys); then \
    rm -rf $(VENV); \
    $(choose_python); \
    echo "Making $(VENV) with $$("$$python" --version)"; \
    if command -v uv >/dev/null 2>&1; then \
        uv venv --quiet --python "$$("$$python" -c 'import sys; print(sys.executable)')" $(VENV); \
    else \
        "$$python" -m venv $(VENV); \
    fi; \
fi; \
rm -f $(RUN_STAMP) $(TEST_STAMP); \
echo "Installing $(1)"; \
if command -v uv >/dev/null 2>&1; then \
    uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes $(1); \
    uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .; \
else \
    $(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null; \
    $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1); \
    $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .; \
fi; \
$(BIN)/python -m compileall -q src; \
printf '%s\n' "$(CURDIR)" > $(PLACE)
endef

# Upgrading is explicit: delete the locks first, or make lock LOCK_ARGS=--upgrade
compile = UV_CUSTOM_COMPILE_COMMAND="make lock" uv pip compile --quiet --universal --generate-hashes \
    --python-version 3.11 --no-emit-index-url --no-emit-find-links $(LOCK_ARGS)

lock:  ## Resolve the dependencies anew (needs uv): both locks
	@command -v uv >/dev/null 2>&1 || { echo "make lock needs uv: https://docs.astral.sh/uv/" >&2; exit 1; }
	$(compile) pyproject.toml --group build -o requirements.lock
	$(compile) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock

clean:  ## Remove the environment, caches and everything computed (raw data and the sample's reference stay)
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find data/processed reports -mindepth 1 ! -name .gitkeep ! -path '*/$(SAMPLE)*' -delete
	rm -rf .kinerja reports/$(SAMPLE)/notebooks
	find src tests notebooks -name __pycache__ -type d -prune -exec rm -rf {} +

help:  ## Show this list
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:[^#]*## */\t/' | while IFS="$$(printf '\t')" read -r name what; do \
	    printf '  make %-8s %s\n' "$$name" "$$what"; done
