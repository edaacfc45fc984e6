# Calls Meson, and installs missing packages on a Debian machine.
BUILD ?= build
PACKAGES = clang-19 llvm-19-dev libclang-rt-19-dev meson ninja-build pkg-config gcc g++ libc6-dev \
	libglib2.0-dev libprotobuf-c-dev protobuf-c-compiler libonnx-dev libfyaml-dev libsqlite3-dev libgsl-dev zlib1g-dev libstb-dev
TEST_PACKAGES = llvm-19-tools libonnx-testdata python3-numpy clang-format-19 graphviz procps
PREFIX ?= /usr/local

.PHONY: help all demo check check-long oracle long sanitize fuzz bench install clean packages test-packages format models

help:
	@echo 'make demo      install what is missing, build, and run 2,000 faults on a digit classifier'
	@echo 'make check     install what the tests need and run them'
	@echo 'make check-long  the long suites as well: sanitizers, ONNX Runtime as oracle, fuzzing'
	@echo 'make bench     the ratios of bench/README.md'
	@echo 'make models    train the networks that are not in the repository (VGG16, Dave-2)'
	@echo 'make install   install lltfi and its library under PREFIX (default $(PREFIX))'

# The tool alone: tests and benchmarks are built where they are run.
all: $(BUILD)/build.ninja
	@ninja -C $(BUILD) installed

demo: packages all
	@rm -rf demo-campaign
	$(BUILD)/src/lltfi run models/lenet.onnx --input models/eight.png --trials 2000 --out demo-campaign

check: packages test-packages all
	@sh tests/check.sh $(BUILD) --no-suite long

# Each is a suite of its own: `make -k check-long` runs all of them whatever fails.
check-long: oracle long sanitize fuzz

oracle: packages test-packages all
	@ninja -C $(BUILD) tests/run-model
	@sh tests/oracle.sh $(BUILD)

long: packages test-packages all
	@sh tests/check.sh $(BUILD) --suite long

sanitize: packages test-packages
	@sh tests/sanitize.sh

fuzz: packages test-packages
	@sh tests/fuzz.sh

bench: packages all
	@ninja -C $(BUILD) benches
	@sh bench/run.sh $(BUILD)
	@sh bench/programs.sh $(BUILD)
	@sh bench/snapshots.sh $(BUILD)

models:
	@sh models/make.sh

install: all
	@meson install -C $(BUILD) --no-rebuild

format:
	@clang-format-19 -i $$(git ls-files '*.c' '*.h')

clean:
	rm -rf $(BUILD) $(BUILD)-* demo-campaign

$(BUILD)/build.ninja:
	@meson setup --prefix $(PREFIX) $(BUILD)

packages:
	@sh scripts/install-packages.sh $(PACKAGES)

test-packages:
	@sh scripts/install-packages.sh $(TEST_PACKAGES)
