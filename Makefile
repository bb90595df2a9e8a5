# Every target installs what it needs first (scripts/setup), and is quick the second time.
.PHONY: dev test faults lint bench deploy build setup

dev:       ## answer calls on http://127.0.0.1:8787
	@scripts/dev

test:      ## native, in a headless browser, and end to end under workerd
	@scripts/test

faults:    ## what callers get when services and code fail: a table, run under workerd
	@scripts/setup
	@scripts/faults

lint:      ## formatting, clippy (native and wasm), documentation
	@scripts/lint

bench:     ## the budgets, beside what else one could use
	@scripts/setup
	@bench/run

build: setup ## the Worker, into build/
	@scripts/build

deploy:    ## migrations and the Worker, to your Cloudflare account
	@scripts/deploy

setup:
	@scripts/setup
