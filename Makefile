# Every target installs what it needs first (scripts/setup), and is quick the second time.
.PHONY: dev test conformance faults storm wild lint bench deploy deploy-fallback build setup

dev:       ## answer calls on http://127.0.0.1:8787
	@scripts/dev

test:      ## native, in a headless browser, and end to end under workerd
	@scripts/test

conformance: ## what others made reads our schemas, documents and drawings
	@scripts/conformance --all

faults:    ## what callers get when services and code fail: a table, run under workerd
	@scripts/setup
	@scripts/faults

storm:     ## ten thousand calls while one in a hundred storage operations fails
	@scripts/setup
	@E2E_STORM_CALLS=$${CALLS:-10000} scripts/faults wild every_caller

wild:      ## ten minutes of requests nobody should send
	@scripts/setup
	@E2E_WILD_SECONDS=$${TIME:-600} scripts/faults wild wild_requests

lint:      ## formatting, clippy (native and wasm), documentation
	@scripts/lint

bench:     ## the budgets, beside what else one could use
	@scripts/setup
	@bench/run

build: setup ## the Worker, into build/
	@scripts/build

deploy:    ## migrations and the Worker, to your Cloudflare account
	@scripts/deploy

deploy-fallback: ## the second Worker, without any binding
	@scripts/fallback

setup:
	@scripts/setup
