# Two commands set everything up: `make run` and `make test`. Nothing but Python 3.11 or newer, pip and make is needed.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# The host's pip installs into the environment, so that no ensurepip is needed (Debian keeps it in another package).
PIP    := $(PYTHON) -m pip --python $(BIN)/python --disable-pip-version-check
# Each process that a test starts would compile every module anew where this stands in the environment.
unexport PYTHONDONTWRITEBYTECODE
LOCK   := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url

.PHONY: run test laws check lint package release references audit docs bench bench-full crash crash-postgres soak mutants eval acronyms words picture pictures lock clean

run: $(VENV)/.run           ## the bot in this terminal; without one, today's papers
	@if [ -t 0 ]; then $(BIN)/paperwire chat; else $(BIN)/paperwire chat "/papers today"; fi

test: $(VENV)/.dev          ## the everyday suite, without network
	@$(BIN)/pytest -n auto --dist worksteal

laws: $(VENV)/.dev          ## the same with all examples of each law and all recorded days: minutes more
	@PAPERWIRE_LAWS=1 $(BIN)/pytest -n auto --dist worksteal

check: lint test            ## everything that has to hold before a commit

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

package: $(VENV)/.dev       ## the built wheel, installed into empty environments and tried there
	PYTHON=$(PYTHON) $(BIN)/pytest -n 0 --timeout 900 tests/packaging/installed.py

release: check package      ## what is released, built into dist/; uploads nothing, says what to do next
	@$(BIN)/python -m ops.release

picture: $(VENV)/.dev       ## the picture in the README, drawn by the program
	$(BIN)/python -m benchmarks.picture

pictures: $(VENV)/.dev       ## what the program sends, as pictures in docs/pictures (needs chromium)
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || \
		{ echo "make pictures draws with chromium, which is not here: install your system's package of that name"; exit 1; }
	$(BIN)/python -m tests.pictures

bench: $(VENV)/.bench       ## speed, memory and start, as tables
	$(BIN)/python -m benchmarks

bench-full: $(VENV)/.bench  ## the same at full size: a million subscriptions
	$(BIN)/python -m benchmarks --full

crash: $(VENV)/.dev         ## 500 kills of each platform, 100 clean stops, as a table
	$(BIN)/python -m tests.crash --kills 500 --stops 100

crash-postgres: $(VENV)/.dev ## four workers on one PostgreSQL: 500 kills, 15 server stops, 50 freezes of 90 s and more, as a table
	$(BIN)/python -m tests.crash.workers --kills 500 --stops 15 --freezes 50 --freeze 90 --cuts 15 --restarts 5 --paced 1 --every 1.1 $(SIZES)

soak: $(VENV)/.dev          ## thirty virtual days, faults at random: memory, descriptors, rows of each table (minutes)
	MALLOC_ARENA_MAX=2 $(BIN)/python -m tests.soak $(SIZES)

mutants: $(VENV)/.mutants   ## small defects in the outbox that the tests notice, as a table
	nice $(BIN)/python -m benchmarks.mutants

eval: $(VENV)/.dev          ## how well search finds, on public judgements
	$(BIN)/python -m benchmarks.eval

acronyms: $(VENV)/.dev      ## learn acronyms from abstracts anew: look through bot/language/acronyms/learned.txt then
	$(BIN)/python -m benchmarks.acronyms

words: $(VENV)/.dev         ## the tables of plurals and spellings anew (needs: pip install inflect breame)
	$(BIN)/python -m benchmarks.words

references: $(VENV)/.dev    ## docs/settings.md, docs/metrics.md and the dashboard, written from the code
	$(BIN)/python -m ops.references
	$(BIN)/python -m ops.grafana.make

docs: $(VENV)/.docs         ## the documents as a site in build/site; a warning is an error
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict
	$(BIN)/python -m ops.site build/site

audit: $(VENV)/.audit       ## ask an advisory database about every locked dependency; fails where it could not look
	$(BIN)/python -m ops.audit

lock:                       ## renew requirements/*.txt (needs uv)
	$(LOCK) --extra build --extra charts pyproject.toml -o requirements/run.txt
	$(LOCK) --extra build --extra charts --extra dev -c requirements/run.txt pyproject.toml -o requirements/dev.txt
	$(LOCK) --extra build --extra charts --extra dev --extra bench -c requirements/dev.txt pyproject.toml -o requirements/bench.txt
	$(LOCK) --extra build --extra charts --extra dev --extra mutants -c requirements/dev.txt pyproject.toml -o requirements/mutants.txt
	$(LOCK) --extra build --extra docs -c requirements/run.txt pyproject.toml -o requirements/docs.txt
	$(LOCK) --extra build --extra audit -c requirements/run.txt pyproject.toml -o requirements/audit.txt

clean:
	rm -rf $(VENV)

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Paperwire needs Python 3.11 or newer")'
	$(PYTHON) -m venv --without-pip $(VENV)

# One rule for all of them: what the lock file says, then the project itself.
$(VENV)/.%: requirements/%.txt pyproject.toml | $(BIN)/python
	@echo "installing what requirements/$*.txt names, once; this takes a minute or more"
	$(PIP) install --quiet --require-hashes -r requirements/$*.txt
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@
