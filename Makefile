# The front door. `make` alone says what there is.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo build quick test check lint fmt fuzz freebsd bench bench-full flood dist deps clean

SUITES := unit cli net overlay openrc guest

help: ## Show this
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

deps: ## Install what building and testing need (Debian, root)
	tests/lab/tools/install build test

demo: ## The whole way: emerge, boot, mount, write, reboot and shut down two small machines under QEMU (root)
	tests/guest/demo

build: deps ## Build everything, as users run it, in build/release
	cmake --preset release
	cmake --build --preset release

quick: ## The tests that need no root and no network: unit and cli
	tests/run unit cli

test: ## All suites, without their long stories: installs what they need, builds with sanitizers (root)
	tests/run $(SUITES)

check: ## Every test there is (root)
	tests/run --long $(SUITES) portability

lint: ## clang-tidy, shellcheck, shfmt, clang-format: report only
	tests/lab/tools/install build lint
	tests/lint

fmt: ## Format all sources in place
	tests/lab/tools/install lint
	tests/lint --fix

fuzz: ## Fuzz every decoder for half a minute each, with libFuzzer
	tests/lab/tools/install build fuzz
	tests/fuzz/run

freebsd: ## Build aoe for FreeBSD, to see that aoe scan and its like are portable
	tests/lab/tools/install build test
	tests/lab/tools/freebsd --link

dist: ## Make the release's tarball
	overlay/dist

bench: ## Ours and its peers side by side, under 10 minutes (root)
	tests/bench/run

bench-full: ## Every row, with NBD and iSCSI; writes docs/benchmarks.md (root)
	tests/bench/run --full --publish

flood: ## What an honest client keeps next to clients that take all they can (root)
	tests/flood/run

clean: ## Remove build/
	rm -rf build
