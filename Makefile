# One virtual environment, three errands. `make` alone lists the targets.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.PHONY: help reports test lab notebooks lint lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

reports: $(INSTALLED) ## run every notebook and write reports/ and the README's table of verdicts
	$(BIN)/casestudy run

test: $(INSTALLED) ## unit tests, doctests, the notebooks through nbval, the reports check
	$(BIN)/python -m pytest -n 2 --dist loadfile
	$(BIN)/python -m pytest -n 2 --dist loadfile --nbval --nbval-current-env --nbval-cell-timeout=120 notebooks
	$(BIN)/casestudy audit --check --format csv > /dev/null

lab: $(INSTALLED) ## open JupyterLab on the notebooks
	$(BIN)/jupyter lab --notebook-dir=notebooks

notebooks: $(INSTALLED) ## for authors: execute the notebooks in place, to commit them with their outputs
	$(BIN)/jupyter nbconvert --to notebook --execute --inplace --ExecutePreprocessor.record_timing=False notebooks/*.ipynb

lint: $(INSTALLED) ## for authors: ruff's checks and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

lock: ## for authors: resolve requirements.lock anew (needs uv)
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --fork-strategy fewest \
		--generate-hashes --no-header --no-annotate --no-emit-index-url --output-file requirements.lock --upgrade

clean: ## remove the virtual environment, caches and variations
	rm -rf $(VENV) variations .pytest_cache .hypothesis .ruff_cache *.egg-info

# uv where it is there, plain pip otherwise: both install the exact hashed versions of the lock.
$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "casestudy needs Python 3.11 or newer; choose one: make PYTHON=python3.12 ..." >&2; exit 2; }
	@if command -v uv > /dev/null; then \
		uv venv --quiet --allow-existing --python "$(PYTHON)" $(VENV) && \
		uv pip install --no-config --python $(BIN)/python --require-hashes --compile-bytecode -r requirements.lock && \
		uv pip install --no-config --python $(BIN)/python --no-deps --no-build-isolation --compile-bytecode -e . ; \
	else \
		$(PYTHON) -m venv $(VENV) && \
		$(BIN)/python -m pip install --disable-pip-version-check --quiet --compile --require-hashes -r requirements.lock && \
		$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e . ; \
	fi
	@touch $@
