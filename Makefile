# The targets. `make` alone lists them.

# Where the server listens and the client connects; empty is 127.0.0.1:7007.
ADDR =
# The name the client takes; empty asks for one.
NAME =

# What a person writes stays as it was written: make would take the `$` out of
# it. Recipes hand it to the program through the environment, where no quote
# and no space in it can hurt.
override ADDR := $(value ADDR)
override NAME := $(value NAME)
export ADDR NAME

.DEFAULT_GOAL := help
.PHONY: help cargo run-server run-client test check format lint docs

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' \
		$(MAKEFILE_LIST)

cargo:
	@command -v cargo >/dev/null || { \
		echo "cargo is missing: install Rust 1.95 or newer, https://rustup.rs"; \
		exit 1; }

run-server: cargo ## start a server [ADDR=host:port]
	@cargo build --release --package chat-server
	@cargo run --quiet --release --package chat-server -- \
		$${ADDR:+"$$ADDR"}

run-client: cargo ## start a client [ADDR=host:port] [NAME=ada]
	@cargo build --release --package chat-client
	@cargo run --quiet --release --package chat-client -- \
		$${ADDR:+"$$ADDR"} $${NAME:+--name "$$NAME"}

test: cargo ## run the tests
	cargo test --workspace

check: format lint docs test ## format, clippy, rustdoc and the tests

format: cargo
	cargo fmt --all --check

lint: cargo
	cargo clippy --workspace --all-targets -- --deny warnings

docs: cargo
	RUSTDOCFLAGS='--deny warnings' cargo doc --workspace --no-deps \
		--document-private-items

# Load: how fast the server is, and whether it stays well. Both are bounded in
# time and use 127.0.0.1 only.

# More options for the benchmark: make bench BENCH='--quick'; --help lists them.
BENCH =
# More options for the soak: make soak SOAK='--seconds 600 --seed 7'
SOAK =

# Options, so the shell takes them apart; a `$` in them is the shell's.
override BENCH := $(value BENCH)
override SOAK := $(value SOAK)

# Where cargo puts what it builds, as the shell writes it.
target = "$${CARGO_TARGET_DIR:-target}"

.PHONY: bench soak load-programs

load-programs: cargo
	@cargo build --quiet --release --package chat-server
	@cargo build --quiet --release --package chat-bench --bins

bench: load-programs ## compare with other servers [BENCH=--quick]
	@mkdir -p $(target)
	@cargo run --quiet --release --package chat-bench --bin bench -- \
		--json $(target)/bench.json --svg $(target)/bench.svg $(BENCH)

soak: load-programs ## 200 unruly clients for a minute [SOAK='--seconds 600']
	@cargo run --quiet --release --package chat-bench --bin soak -- $(SOAK)

# The course: its steps, its checker, and two clients that misbehave.

.PHONY: step diff check-step freeze flood measure book

# The step to run or to compare, and the one to check.
N = 1
STEP = $(N)
# How a program of one's own is started; empty checks the course's own.
CMD =
# How many clients freeze.
COUNT = 1
# How large a room is measured, and how many lines a second are said in it.
CLIENTS = 100
RATE = 300
override CMD := $(value CMD)
export CMD

# 4 -> 04; 04 -> server/examples/step04_room.rs; 4 -> the step it grew from.
two_digits = $(if $(filter 1 2 3 4 5 6 7 8 9,$(1)),0$(1),$(1))
step_file = $(wildcard */examples/step$(call two_digits,$(1))_*.rs)
step_before = $(if $(filter 1 2,$(1)),none,$(if $(filter 4,$(1)),1,$(shell \
	expr $(1) - 1)))

has_program = $(if $(call step_file,$(N)),,$(error step $(N) has no program; \
	docs/syllabus.md lists the steps))

# cargo is told to be quiet, but not for a minute.
patience = @test -d $(target)/debug || \
	echo "cargo builds everything first; that takes a minute or two"

step: cargo ## run a step of the course [N=4]
	$(has_program)
	$(patience)
	@cargo run --quiet \
		--package chat-$(firstword $(subst /, ,$(call step_file,$(N)))) \
		--example $(basename $(notdir $(call step_file,$(N))))

diff: ## what changed since the step before [N=4]
	$(has_program)
	@diff -u $(or $(call step_file,$(call step_before,$(N))),/dev/null) \
		$(call step_file,$(N)) || test $$? -eq 1

check-step: cargo ## check a step [STEP=4] [CMD='python3 my_server.py']
	$(patience)
	@cargo run --quiet --package chat-checker --bin check_step -- \
		$(STEP) "$$CMD"

freeze: cargo ## a client that connects and stops reading [COUNT=5]
	@cargo run --quiet --package chat-checker --bin freeze -- $(COUNT)

flood: cargo ## a client that talks too much
	@cargo run --quiet --package chat-checker --bin flood

measure: cargo ## what a room costs [CLIENTS=100] [RATE=300] [CMD=...]
	@cargo run --quiet --package chat-checker --bin measure -- \
		$(CLIENTS) $(RATE) "$$CMD"

book: ## the book as web pages in target/book, if mdbook is installed
	@if command -v mdbook >/dev/null; then mdbook build docs; else \
		echo "mdbook is not installed; docs/SUMMARY.md reads well without"; \
	fi
