# The workshop. `make check` judges the code, `make test` runs every test.
.PHONY: check test

check:
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings

test:
	cargo test --locked
