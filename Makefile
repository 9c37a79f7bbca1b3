# What a developer types. The work is in hack/; `make help` lists the targets.
PRESET ?= dev
JOBS ?= 2
.DEFAULT_GOAL := help
.PHONY: help setup build test demo local-tools programs demo-llm up down bench bench-statistics format lint

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## install what building needs (Debian 12, root)
	hack/setup

build: ## configure and build; PRESET=dev|release|asan|tsan, TARGET=programs for all but the tests
	cmake --preset $(PRESET)
	cmake --build --preset $(PRESET) -j $(JOBS) $(if $(TARGET),--target $(TARGET))

test: ## set up, build and run all tests; SAN=asan|tsan runs unit tests and simulation under that sanitizer
	hack/setup
	JOBS=$(JOBS) hack/test $(SAN)

demo: ## an agent rewrites itself on a real cluster and pawl decides; sets everything up; KEEP=1 leaves it running
	hack/setup
	$(MAKE) -j 2 local-tools programs
	hack/demo/story

# At once: while one side downloads or links, the other compiles.
local-tools:
	hack/local/tools
programs:
	$(MAKE) build TARGET=programs

demo-llm: ## the gate compares two system prompts on a real language model and a public benchmark; ARGS="--cases 40 --seed 2"
	hack/setup
	$(MAKE) build TARGET=pawl
	hack/demo/llm/run $(ARGS)

up: ## start the local cluster (hack/local/cluster --help)
	hack/local/cluster up

down: ## stop the local cluster and what a kept demo left running
	hack/local/cluster down

bench: ## compile as shipped, measure the pure parts, the gate, and the operator on a real cluster of its own
	hack/setup
	hack/local/tools
	$(MAKE) build PRESET=release
	build/release/tests/bench_domain --benchmark_min_time=0.2
	build/release/tests/bench_evidence --benchmark_min_time=0.2
	build/release/tests/bench_replay
	tests/bench/count_instructions
	build/release/tests/bench_suite --benchmark_min_time=0.2
	build/release/tests/bench_gate
	tests/bench/bench_operator

RUNS ?= 1000
bench-statistics: ## the decision rule against its bars and against other tools' rules; writes docs/benchmarks/statistics.md; RUNS=1000
	cmake --preset release >/dev/null
	cmake --build --preset release --target bench_statistics -j $(JOBS)
	mkdir -p docs/benchmarks
	build/release/tests/bench_statistics --runs $(RUNS) --threads $(JOBS) > build/statistics.md
	mv build/statistics.md docs/benchmarks/statistics.md

format: ## bring the sources into the format of .clang-format
	hack/lint --format

lint: ## check layers, format, scripts and white space
	cmake --preset $(PRESET) >/dev/null
	hack/lint build/$(PRESET)/layers.txt
