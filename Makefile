# The front desk: short names for what Meson, tests/run.py and the scripts in tools/ do.
# `make help` lists them.
#
# Variables: CC, the compiler; BUILD, the build folder; OPTIONS, more options for Meson;
# DESTDIR, where `make install` puts its files (see also -Dprefix=...).

BUILD ?= build
OPTIONS ?=

install_packages := tools/install_packages
run_tests := tests/run.py
# The suites that need nothing but a compiler and Python; the others need more.
plain_suites := --suite unit --suite cli --suite tools --suite docs
program_suites := --suite unit --suite cli
clang := $(if $(filter clang%,$(CC)),$(CC),clang)
# Debian's libraries for arm64, and what runs its programs here.
arm64_sysroot := build-arm64-sysroot
run_arm64 := qemu-aarch64-static -L $(CURDIR)/$(arm64_sysroot)

# Ninja and the test runner share out their own work; the targets of one make -j must not build
# in the same folder at once.
.NOTPARALLEL:

.PHONY: build
build: ## build the programs (what plain `make` does)
	@tools/configure $(BUILD) $(OPTIONS) && ninja -C $(BUILD) \
	  || { $(install_packages) --missing build; exit 1; }

.PHONY: demo
demo: deps-demo build data/authors.csv ## learn from three authors' novels, from nothing to predictions
	@tools/demo $(BUILD)

data/authors.csv:
	tools/make_authors.py $@

.PHONY: check
check: deps-check build ## run the tests
	$(run_tests) $(BUILD) $(plain_suites)

.PHONY: check-all
check-all: deps-check-all ## run everything: sanitizers, fuzzers, parity with Python, the page, lint
	@tools/run_steps $(patsubst %,'$(MAKE) %', \
	  check-clang \
	  check-asan \
	  check-tsan \
	  check-fuzz \
	  check-parity \
	  check-browser \
	  check-arm64 \
	  check-emulators \
	  check-speed \
	  lint)

# The parts of check-all, each also a target of its own.

.PHONY: check-clang
check-clang: deps-check-all ## run the tests as built by clang, without a warning
	@CC=$(clang) tools/configure build-clang -Dwerror=true
	ninja -C build-clang
	$(run_tests) build-clang $(program_suites)

.PHONY: check-asan
check-asan: deps-check ## run the tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@tools/configure build-asan -Doptimization=1 -Db_sanitize=address,undefined \
	  -Db_lundef=false -Dc_args=-fno-sanitize-recover=all
	ninja -C build-asan
	LSAN_OPTIONS=suppressions=$(CURDIR)/tests/leaks.txt:print_suppressions=0 \
	  $(run_tests) build-asan $(program_suites)

# The drawing libraries are not built for ThreadSanitizer: it can't see their locks.
.PHONY: check-tsan
check-tsan: deps-check ## run the tests under ThreadSanitizer
	@tools/configure build-tsan -Doptimization=1 -Db_sanitize=thread -Db_lundef=false
	ninja -C build-tsan
	TSAN_OPTIONS=ignore_noninstrumented_modules=1 $(run_tests) build-tsan $(program_suites)

.PHONY: check-fuzz
check-fuzz: deps-check-all ## run each fuzzer for a short while
	@CC=$(clang) tools/configure build-fuzz -Dfuzz=true -Doptimization=1 -Dwerror=true
	ninja -C build-fuzz
	$(run_tests) build-fuzz --suite fuzz

.PHONY: check-parity
check-parity: deps-check-all build ## compare with scikit-learn, NLTK and pandas, run live
	$(run_tests) $(BUILD) --suite parity

.PHONY: check-arm64
check-arm64: deps-check arm64 ## run the tests for arm64, and compare it with this machine
	ninja -C build-arm64
	QUOTH=$(abspath $(BUILD))/quoth QUOTHD=$(abspath $(BUILD))/quothd \
	  $(run_tests) build-arm64 --runner '$(run_arm64)'

.PHONY: check-emulators
check-emulators: deps-check-all build ## run what quoth package makes in tools from npm
	$(run_tests) $(BUILD) --suite emulators

.PHONY: check-browser
check-browser: deps-check-all build ## use the page in chromium
	$(run_tests) $(BUILD) --suite browser

.PHONY: check-speed
check-speed: deps-check-all build ## count the instructions of the inner loops, compare their twins
	$(run_tests) $(BUILD) --suite speed

.PHONY: lint
lint: deps-lint build ## check layout, layers, symbols and likely mistakes
	@tools/lint all $(BUILD)

.PHONY: format
format: deps-lint ## lay out the C code as .clang-format says
	@tools/lint format-in-place

.PHONY: bench
bench: deps-bench build data/authors.csv ## time and memory beside the Python stack
	bench/against_python.py --program $(BUILD)/quoth
	bench/lambda.py --quoth $(BUILD)/quoth
	bench/serve.py --quoth $(BUILD)/quoth --quothd $(BUILD)/quothd

.PHONY: arm64
arm64: deps-arm64 build $(arm64_sysroot)/sysroot.ini ## build quothd for arm64 too
	@tools/configure build-arm64 $(OPTIONS) -Dworkbench=false \
	  --cross-file $(arm64_sysroot)/sysroot.ini --cross-file tools/arm64.ini
	ninja -C build-arm64 quothd-arm64
	cp build-arm64/quothd-arm64 $(BUILD)/

$(arm64_sysroot)/sysroot.ini: tools/arm64_sysroot
	tools/arm64_sysroot $(arm64_sysroot)

.PHONY: bench-kernels
bench-kernels: build ## time of the inner loops beside naive twins
	$(BUILD)/bench/kernels

.PHONY: install
install: build ## install the programs, library and manuals
	meson install -C $(BUILD) --no-rebuild

.PHONY: clean-room
clean-room: ## run `make check` and `make demo` in a fresh Debian (needs root)
	tools/clean_room

.PHONY: clean
clean: ## remove what was built
	rm -rf build build-*

.PHONY: install-deps
install-deps: ## install what the build needs (Debian packages; root or sudo)
	@$(install_packages) build

.PHONY: deps-demo deps-check deps-check-all deps-arm64 deps-bench deps-lint
deps-demo:
	@$(install_packages) build demo
deps-check:
	@$(install_packages) build check
deps-check-all:
	@$(install_packages) build check check-all lint
deps-arm64:
	@$(install_packages) build arm64
deps-bench:
	@$(install_packages) build demo check-all bench
deps-lint:
	@$(install_packages) build lint

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
