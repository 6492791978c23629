# Load: how fast the server is, and whether it stays well. Both are bounded in
# time and use 127.0.0.1 only.

# More options for the benchmark: make bench BENCH='--quick'; --help lists them.
BENCH ?= --json target/bench.json --svg target/bench.svg
# More options for the soak: make soak SOAK='--seconds 600 --seed 7'
SOAK ?=

.PHONY: bench soak load-programs

load-programs: cargo
	@cargo build --quiet --release --package chat-server
	@cargo build --quiet --release --package chat-tests --bins

bench: load-programs ## compare with other servers [BENCH=--quick]
	@target/release/bench $(BENCH)

soak: load-programs ## 200 unruly clients for a minute [SOAK='--seconds 600']
	@target/release/soak $(SOAK)
