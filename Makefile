# The workshop. `make run` shows Lantern, `make test` runs every test, `make check` judges the code.
.PHONY: run test test-slow check mutants prepare bench bench-link screenshots audit help

# Tools built for `make check` stand beside the build.
export PATH := $(CURDIR)/target/tools/bin:$(PATH)

help: ## Say what there is.
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /	/' | expand -t 14

run: ## Build Lantern and serve the demonstration; PORT=9000 and DATA=/some/folder choose where.
	@scripts/install.sh postgresql node
	@test -e target/debug/lantern || echo "lantern: the first build fetches and compiles everything; on two cores it takes about five minutes" >&2
	@cargo build --locked
	@exec target/debug/lantern demo $(if $(PORT),--port $(PORT)) $(if $(DATA),--data $(DATA))

test: ## Run every test, those in a browser too.
	@scripts/install.sh postgresql node chromium
	cargo test --locked

test-slow: ## What takes minutes before it begins: the program of the commit before and this one on one database.
	@scripts/install.sh postgresql node
	@scripts/before.sh
	cargo test --locked --test main -- --ignored

check: ## Format, lints, migrations, statements, the rules by themselves, docs, dependency policy.
	@scripts/install.sh postgresql node deny machete
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	scripts/migrations.sh
	scripts/rules.sh --check
	scripts/prepare.sh --check
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --document-private-items
	cargo deny --locked check bans licenses sources
	cargo machete

mutants: ## Break the rules in some 250 to 500 ways, one after the other, and see that a test notices; MUTANTS=all: in every way.
	@scripts/install.sh mutants
	scripts/mutants.sh

prepare: ## Check every SQL statement against a database, and write .sqlx anew.
	@scripts/install.sh postgresql node
	scripts/prepare.sh

bench: ## Measure every kind of page at 10,000, 100,000 and 1,000,000 checks; SIZES=, PAGES=, ROUNDS=, SECONDS= choose.
	@scripts/install.sh postgresql node
	cargo bench --locked --bench pages

bench-link: ## Measure the officer's main path through 64 kbit/s and 600 ms, in a browser.
	@scripts/install.sh postgresql node chromium
	cargo bench --locked --bench link

screenshots: ## Take the README's screenshots anew.
	@scripts/install.sh postgresql node chromium
	cargo test --locked --test main -- browser::pictures
	mkdir -p docs/screenshots && cp target/screenshots/*.png docs/screenshots/

audit: ## Look the dependencies up in the advisory database (needs the network).
	@scripts/install.sh deny
	cargo deny --locked check advisories
