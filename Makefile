# The targets. `make` alone lists them.

# Where the server listens and the client connects; empty is 127.0.0.1:7007.
ADDR ?=
# The name the client takes; empty asks for one.
NAME ?=

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
	@cargo run --quiet --release --package chat-server -- $(ADDR)

run-client: cargo ## start a client [ADDR=host:port] [NAME=ada]
	@cargo build --release --package chat-client
	@cargo run --quiet --release --package chat-client -- \
		$(ADDR) $(if $(NAME),--name '$(NAME)')

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

include bench.mk course.mk
