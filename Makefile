# Everything that is built, fetched or stored by these commands goes to .data/.
SHELL := /bin/bash
.DEFAULT_GOAL := help
DATA := $(or $(BIHUAN_DATA),.data)
DEV := $(DATA)/bin/dev
LINT := go tool -modfile=dev/lint/go.mod

.PHONY: help up down status demo simulate year build generate histories lint test test-at bench $(DEV)

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

up: $(DEV) ## Start everything on this machine and watch over it until Ctrl-C
	@exec $(DEV) up

down: $(DEV) ## Stop it from another terminal
	@exec $(DEV) down

status: $(DEV) ## Show what runs
	@exec $(DEV) status

demo: ## Tell the tale of a complaint, of every other kind and of a town on the running system (ARGS=--help)
	@test -f $(DATA)/stack.env || { echo "make up first"; exit 1; }
	@. $(DATA)/stack.env && exec $(DATA)/bin/sim demo $(ARGS)

simulate: ## Let a simulated town act on the running system (ARGS=--help)
	@test -f $(DATA)/stack.env || { echo "make up first"; exit 1; }
	@. $(DATA)/stack.env && exec $(DATA)/bin/sim town $(ARGS)

year: ## Let a simulated town live through a year in two minutes, and check every case (ARGS=--help)
	go run ./e2e/year $(ARGS)

# The program itself rather than go run: signals reach it, and it may finish stopping.
$(DEV):
	@go build -o $@ ./dev

build: ## Build server, worker, sim and bihuan-audit
	go build -o $(DATA)/bin/ ./server ./worker ./sim ./audit/bihuan-audit

generate: ## Generate code from the contract, the queries and the transition table
	go generate ./...

histories: ## Record the workflow histories of a release, which later ones have to replay
	go run ./e2e/histories $(or $(LABEL),$(error LABEL=v0.2 names the release))

lint: $(DEV) ## Check format, vet, staticcheck, determinism of workflows, staleness of generated code
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "gofmt -w $$unformatted"; exit 1; }
	go vet ./...
	$(LINT) staticcheck ./...
	$(LINT) workflowcheck -config workflows/workflowcheck.yaml ./workflows/...
	$(DEV) stale

test: lint ## Install what is missing and run every check and test
	@command -v "$$(go env CC)" >/dev/null || { echo "go test -race needs a C compiler: $$(go env CC) (apt-get install gcc)"; exit 1; }
	$(DEV) install
	go test -race -timeout 20m ./...

test-at: AT = $(DEV) at $(or $(NOW),$(error NOW=2028-02-29T10:00:00+08:00 says when))
test-at: $(DEV) ## Run the tests at another clock (NOW=2028-02-29T10:00:00+08:00, ARGS="-run Summary ./e2e")
	$(AT) $(DEV) install
	$(AT) go test -count=1 -timeout 20m $(or $(ARGS),./...)

bench: ## Measure speed against bare Temporal, with a town at work among others (ARGS=--help)
	go run ./e2e/bench $(ARGS)
