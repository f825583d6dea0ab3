# make demo   the environment, then the lab study from nothing to a report
# make real DATA=DIR   the environment with the real encoder, then the quick size of the study real on the samples in DIR
# make test   the environment, then the whole test suite
# make test-processors  the suite as other processors round, with one thread and with two
# make check  style, types, import direction, size of the source
# make test-cluster  the executor parsl on a Slurm of two nodes, started on loopback (needs root; installs Debian's packages)
# make mutants  do the tests notice a broken line?
# make reference  the pages of docs/reference, written anew from the code
# make docs   the site of docs/ in build/site; a broken link fails
SHELL := /bin/bash
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
TORCH := $(shell sed -n 's/^torch==/torch==/p' constraints.txt)
WORKERS ?= 2
ROOMS := src tests benchmarks tools

# One thread in each process: the suite and the executor bring their own processes.
export OMP_NUM_THREADS ?= 1

.PHONY: venv demo real test test-processors test-cluster check mutants reference docs format clean

venv: $(STAMP)

# torch comes first and pinned, so that no later package pulls in another build of it.
$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet -c constraints.txt "$(TORCH)"
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[dev]'
	touch $@

demo: venv
	$(BIN)/xstilts demo $(DEMO_ARGS)

# Which samples DIR holds, and where they come from: docs/results/real-files.md.
real: venv
	@test -d "$(DATA)" || { echo "make real: DATA is not a folder. Say make real DATA=DIR; docs/results/real-files.md lists the files of DIR."; exit 2; }
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[real]'
	$(BIN)/xstilts run real --set size=quick --set data="$(DATA)" --keep scores $(REAL_ARGS)

# XSTILTS_DATA, where set, is the folder of real samples; tests that need it say so when they skip.
test: venv
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(TEST_ARGS)

# Sums are taken in another order on each processor: what must be equal is equal there too (5 to 10 minutes each).
test-processors: venv
	set -e; for threads in 1 2; do \
	  for isa in "default SSE41 SSE4_2" "avx2 AVX2 AVX2"; do \
	    set -- $$isa; echo "== $$1, $$threads threads"; \
	    ATEN_CPU_CAPABILITY=$$1 ONEDNN_MAX_CPU_ISA=$$2 MKL_ENABLE_INSTRUCTIONS=$$3 OMP_NUM_THREADS=$$threads \
	      $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(TEST_ARGS); \
	  done; done

# The daemons listen on loopback alone and are ended with the tests (2 to 6 minutes).
test-cluster: venv
	@{ command -v slurmctld && command -v munged; } >/dev/null || { apt-get update -q && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends slurmctld slurmd slurm-client munge; }
	XSTILTS_TEST_CLUSTER=1 timeout 1200 $(BIN)/python -m pytest -m cluster tests/cluster $(TEST_ARGS)

check: venv
	$(BIN)/ruff check $(ROOMS)
	$(BIN)/ruff format --check $(ROOMS)
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_import_direction.py tests/test_module_sizes.py
	@echo "Lines of Python in src:   $$(find src -name '*.py' -exec cat {} + | wc -l)"
	@echo "Longest modules:"
	@find src -name '*.py' -exec wc -l {} + | grep -v ' total$$' | sort -rn | head -n 5

# A fixed set of one-line changes, each run against the tests of its room (about 15 minutes on two cores; not in CI).
mutants: venv
	$(BIN)/python benchmarks/mutants.py --workers $(WORKERS) $(MUTANTS_ARGS)

reference: venv
	$(BIN)/python tools/reference.py

docs: venv
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[docs]'
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

format: venv
	$(BIN)/ruff check --fix $(ROOMS)
	$(BIN)/ruff format $(ROOMS)

clean:
	rm -rf build dist src/*.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
