# A menu: `make` alone lists it. Each target is one line, and the work is done
# by cargo and by the programs in tests/.

# Where the server listens and the client connects; empty is 127.0.0.1:7007.
ADDR =
# The name the client takes; empty asks for one.
NAME =
# The step of the course to run or to compare, and the one to check.
N = 1
STEP = $(N)
# How a program of one's own is started; empty checks the course's own.
CMD =
# A folder with programs of others, and options of the checker: CHECK=--json.
DIR =
CHECK =
# How many clients freeze.
COUNT = 1
# How large a room is measured, and how many lines a second are said in it.
CLIENTS = 100
RATE = 300
# Options of the benchmark, of the soak and of the large file: BENCH='--quick',
# SOAK='--seed 7', PAST='--entries 10000000'.
BENCH =
SOAK =
PAST =

# What a person writes stays as it was written: make would take the `$` out of
# it. Recipes hand it to the program through the environment, where no quote
# and no space in it can hurt. BENCH, SOAK, PAST and CHECK are options, so the
# shell takes them apart, and a `$` in them is the shell's.
override ADDR := $(value ADDR)
override NAME := $(value NAME)
override CMD := $(value CMD)
override DIR := $(value DIR)
override BENCH := $(value BENCH)
override SOAK := $(value SOAK)
override PAST := $(value PAST)
override CHECK := $(value CHECK)
export ADDR NAME CMD DIR

# Where cargo puts what it builds, as the shell writes it.
target = "$${CARGO_TARGET_DIR:-target}"
# cargo-nextest runs all test programs side by side; without it, cargo runs one
# after the other. Most tests wait more than they compute, so several share a
# core; .config/nextest.toml says the same to nextest.
tests = RUST_TEST_THREADS=4 cargo $(shell \
	cargo nextest --version >/dev/null 2>&1 && echo nextest run || echo test)
# How the programs of tests/ are started.
release = cargo run --quiet --release --package
checker = cargo run --quiet --package chat-checker --bin
step = cargo run --quiet --package chat-course --bin step --

.DEFAULT_GOAL := help
.PHONY: help run-server run-client test check check-fast check-long format \
	lint docs step diff check-step check-all freeze flood measure bench \
	soak past book cargo patience schedules inputs burst kills load-programs

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' \
		$(MAKEFILE_LIST)

run-server: cargo ## start a server [ADDR=host:port]
	@cargo run --release --package chat-server -- $${ADDR:+"$$ADDR"}

run-client: cargo ## start a client [ADDR=host:port] [NAME=ada]
	@cargo run --release --package chat-client -- \
		$${ADDR:+"$$ADDR"} $${NAME:+--name "$$NAME"}

test: cargo ## run the tests
	cargo test --workspace

check-fast: format lint ## in a minute: format, clippy, unit tests, promises
	$(tests) --workspace --lib --bins
	$(tests) --package chat-promises

check: format lint docs ## before a change lands: rustdoc and all tests, too
	$(tests) --workspace

check-long: check schedules inputs burst kills past soak ## more of everything

step: patience ## run a step of the course [N=4]
	@$(step) run $(N)

diff: patience ## what changed since the step before [N=4]
	@$(step) diff $(N)

check-step: patience ## check a step [STEP=4] [CMD='python3 my_server.py']
	@$(checker) check_step -- $(STEP) "$$CMD" $(CHECK)

check-all: patience ## check a folder of programs [STEP=4] [DIR=submissions/]
	@$(checker) check_all -- $(STEP) "$$DIR" $(CHECK)

freeze: patience ## a client that connects and stops reading [COUNT=5]
	@$(checker) freeze -- $(COUNT)

flood: patience ## a client that talks too much
	@$(checker) flood

measure: patience ## what a room costs [CLIENTS=100] [RATE=300] [CMD=...]
	@$(checker) measure -- $(CLIENTS) $(RATE) "$$CMD"

bench: load-programs ## compare with other servers [BENCH=--quick]
	@$(release) chat-bench --bin bench -- \
		--json $(target)/bench.json --svg $(target)/bench.svg $(BENCH)

soak: load-programs ## 200 unruly clients for a minute [SOAK='--seconds 600']
	@$(release) chat-bench --bin soak -- $(SOAK)

past: load-programs ## how fast old lines are found [PAST='--entries 10000000']
	@$(release) chat-bench --bin past -- $(PAST)

book: ## the book as web pages in target/book, if mdbook is installed
	@if command -v mdbook >/dev/null; then mdbook build docs; else \
		echo "mdbook is not installed; docs/SUMMARY.md reads well without"; \
	fi

# What the targets above are made of.

cargo:
	@command -v cargo >/dev/null || { \
		echo "cargo is missing: install Rust 1.95 or newer, https://rustup.rs"; \
		exit 1; }

# cargo is told to be quiet, but not for a minute.
patience: cargo
	@test -d $(target)/debug || \
		echo "cargo builds everything first; that takes a minute or two"

format: cargo
	cargo fmt --all --check

lint: cargo
	cargo clippy --workspace --all-targets -- --deny warnings

docs: cargo
	RUSTDOCFLAGS='--deny warnings' cargo doc --workspace --no-deps \
		--document-private-items

schedules: cargo
	SCHEDULES_TIMES=100 cargo test --release --package chat-server \
		--test schedules

inputs: cargo
	PROPTEST_CASES=20000 cargo test --release --package chat-common

burst: cargo
	cargo test --release --package chat-client --test client burst -- \
		--ignored --nocapture

kills: cargo
	cargo test --release --package chat-promises nothing_that_was_heard -- \
		--ignored

load-programs: cargo
	@mkdir -p $(target)
	@cargo build --quiet --release --package chat-server
	@cargo build --quiet --release --package chat-bench --bins
