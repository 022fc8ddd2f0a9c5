# `make` lists the targets. All of them work in a fresh clone: what they need is installed into .venv first.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

# The CPU build of TensorFlow is a tenth of the size, but exists for Linux on x86-64 only.
TENSORFLOW := tensorflow
ifneq ($(wildcard /dev/nvidiactl /dev/nvidia0),)
TENSORFLOW := tensorflow[and-cuda]
else ifeq ($(shell uname -sm),Linux x86_64)
TENSORFLOW := tensorflow-cpu
endif

# What `make backends` installs; one may name a version or a file of one's own: make backends TORCH="torch==2.9.*"
JAX ?= jax
TORCH ?= torch
TF_KERAS ?= tf_keras

# Processes run the tests, each a file at a time: what the tests of a file share is made once. In order of
# their names, for the other order ends with a file of few but long tests while one process has nothing to do.
PARALLEL := --dist loadfile --no-loadscope-reorder --durations=10

FASHION_MNIST := /usr/share/datasets/fashion-mnist
KERAS_DATASETS := $(HOME)/.keras/datasets

.PHONY: help
help:  ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

.PHONY: install
install: $(STAMP)  ## make .venv with hypertemplate, TensorFlow and the development tools

$(STAMP): setup.py setup.cfg pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' \
	    || { echo "Python 3.10 or later is needed; name one: make PYTHON=python3.12" >&2; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv --clear .venv \
	    || { echo "On Debian and Ubuntu, venv is a package: sudo apt-get install python3-venv" >&2; exit 1; }
	@echo "Installing hypertemplate, $(TENSORFLOW), Keras and the development tools into .venv; once, for some minutes"
	@$(BIN)/python -m pip install --quiet --upgrade pip
	@$(BIN)/python -m pip install --progress-bar off -e ".[dev]" "$(TENSORFLOW)" "keras >= 3" \
	    | awk '/^ *(Downloading|Using cached|Installing|Successfully)/ { print; fflush() }'
	@touch $@

# Tests start hundreds of processes that import the package. Where PYTHONDONTWRITEBYTECODE is set, each would
# compile it again, which is half of what such a process takes.
.PHONY: bytecode
bytecode: install
	$(BIN)/python -m compileall -q hypertemplate

.PHONY: demo
demo: install  ## search for the best values in examples/digits_mlp.py
	$(BIN)/hypertemplate run examples/digits_mlp.py --max-evals 30

.PHONY: quick
quick: lint types bytecode  ## in two minutes: style, types, and the tests without a framework or a Jupyter kernel
	$(BIN)/python -m pytest $(PARALLEL) --numprocesses 2 -m "not (keras or kernel or long or slow)" --cpu-limit 3 \
	    --hypothesis-profile=brief

.PHONY: test
test: lint types bytecode  ## everything that must pass: style, types, tests, coverage, other Pythons
	$(BIN)/coverage erase
	# The oldest and the newest Python run beside it, and there is a process more than cores: many tests wait for
	# a disk, a signal or the end of a process.
	.ci/other-pythons 3.10 3.13 > .other-pythons.log 2>&1 & others=$$!; \
	$(BIN)/coverage run -m pytest $(PARALLEL) --numprocesses 3 -m "not slow"; \
	wait $$others || { cat .other-pythons.log; exit 1; }; \
	cat .other-pythons.log
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --include='hypertemplate/compiler/*' --fail-under=100
	$(BIN)/coverage report --omit='hypertemplate/compiler/*' --fail-under=90

.PHONY: test-all
test-all: test datasets spark backends  ## the same, and what takes minutes
	.ci/old-ipython
	.ci/other-pythons 3.10
	.ci/other-pythons 3.12
	$(BIN)/python -m pip install --quiet -e ".[mlflow]"
	$(BIN)/python -m pytest tests/exports
	$(BIN)/python -m pytest -m slow
	$(BIN)/python -m pytest tests/property --hypothesis-profile=explore
	$(MAKE) docs dist
	.ci/release 3.12 3.10 3.11 3.13

.PHONY: dist
dist: install  ## the wheel and the source distribution, in dist
	rm -rf build dist
	$(BIN)/python -m pip install --quiet "build >= 1.2"
	$(BIN)/python -m build

.PHONY: backends
backends:  ## tests/backends on JAX, PyTorch and tf_keras, which get environments of their own
	JAX="$(JAX)" TORCH="$(TORCH)" TF_KERAS="$(TF_KERAS)" TENSORFLOW="$(TENSORFLOW)" .ci/other-backends

.PHONY: lint
lint: install  ## ruff's rules and layout
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

.PHONY: format
format: install  ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: types
types: install  ## mypy, strict
	$(BIN)/mypy

.PHONY: datasets
datasets:  ## Fashion-MNIST from Debian's package into ~/.keras/datasets
	@if ! ls $(FASHION_MNIST)/*.gz >/dev/null 2>&1; then \
	    if test "$$(id -u)" = 0; then apt-get install -y dataset-fashion-mnist; \
	    else sudo apt-get install -y dataset-fashion-mnist; fi; \
	fi
	mkdir -p $(KERAS_DATASETS)/fashion-mnist
	cp $(FASHION_MNIST)/*.gz $(KERAS_DATASETS)/fashion-mnist/

.PHONY: spark
spark: install  ## PySpark and the Java that it needs, for the tests on a real Spark
	@if ! java -version 2>&1 | grep -qE 'version "(1[7-9]|[2-9][0-9])'; then \
	    if test "$$(id -u)" = 0; then apt-get install -y openjdk-17-jre-headless; \
	    else sudo apt-get install -y openjdk-17-jre-headless; fi; \
	fi
	$(BIN)/python -m pip install --quiet "pyspark >= 4"

# What is written in the repository and generated nonetheless.
.PHONY: generated
generated: install
	$(BIN)/python -c 'from hypertemplate.compiler.diagnostics.codes import as_rst; print(as_rst(), end="")' > docs/diagnostics.rst

.PHONY: docs
docs: generated  ## the documentation as pages, in docs/build; a warning is an error
	$(BIN)/python -m pip install --quiet -e ".[docs]"
	$(BIN)/python -m sphinx -W --keep-going --quiet --fresh-env -b html docs docs/build
	@echo "Open docs/build/index.html"

.PHONY: golden
golden: generated  ## rewrite what tests expect as files; read the difference
	HYPERTEMPLATE_GOLDEN=1 $(BIN)/python -m pytest --quiet \
	    tests/compiler/test_golden.py tests/compiler/suggestions tests/frontend/test_golden.py tests/accelerators/test_plans.py

.PHONY: benchmarks
benchmarks: install  ## how fast the compiler is, and the import
	$(BIN)/python benchmarks/compile_speed.py
	$(BIN)/python benchmarks/import_time.py

# Hours; what has been measured stays. In pieces: make rivals RIVALS="--limit-s 600", or RIVALS="--only Talos"
RIVALS ?=
.PHONY: rivals
rivals: install datasets  ## measure hypertemplate beside KerasTuner, Optuna, Ray Tune, Talos and Hyperas: what is missing
	$(BIN)/python benchmarks/rivals/environments.py
	$(BIN)/python benchmarks/rivals/measure.py $(RIVALS)
	$(BIN)/python benchmarks/rivals/report.py

.PHONY: clean
clean:  ## remove what the other targets made, the environments included
	rm -rf .venv .venv-3.* .venv-rivals .venv-ipython7 .venv-jax .venv-torch .venv-tf-keras .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist docs/build *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
