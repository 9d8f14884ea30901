#!/usr/bin/env bash
# Runs the tests. Each part runs even if an earlier one failed; the end names the parts that did.
#
#   hack/test.sh check   lint, unit and protocol tests
#   hack/test.sh all     also: docs up to date, other platforms, race detector, acceptance tests on an engine
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

module=$(go list -m)
# Their tests spend their time in engines and registries and in conversions of large schemas, which the race detector slows
# down several times; what runs concurrently in the provider is in the packages below them.
without_race=("$module/internal/acctest/azure" "$module/internal/azure/containerinstance" "$module/internal/azure/containerregistry"
	"$module/internal/docker/builder" "$module/internal/docker/container" "$module/internal/docker/image"
	"$module/internal/registry/image" "$module/internal/registry/index")

failed=()
part() {
	local name=$1 begin=$SECONDS
	shift
	printf '\n=== %s\n' "$name"
	if "$@"; then
		printf '=== %s: ok, %d s\n' "$name" $((SECONDS - begin))
	else
		printf '=== %s: FAILED, %d s\n' "$name" $((SECONDS - begin))
		failed+=("$name")
	fi
}

# go_test COMMAND...: run a command that prints test events, and close with failures and skipped tests with their reasons.
go_test() {
	.cache/bin/gotestsum --format pkgname --raw-command -- "$@"
}

unit_tests() { go_test go test -json -p 2 -timeout 5m ./...; }

# events: called through this script, as one command that prints the events of both runs.
events() {
	local all status=0 limit=13m
	[[ ${ENGINE:-docker} != podman ]] || limit=40m # It takes longer for all it does.
	mapfile -t all < <(go list ./... | grep -vxF "$(printf '%s\n' "${without_race[@]}")")
	CGO_ENABLED=1 go test -json -count=1 -race -p 2 -timeout "$limit" "${all[@]}" || status=1
	mapfile -t all < <(go list ./... | grep -xF "$(printf '%s\n' "${without_race[@]}")")
	# They wait for containers much of the time, so more of them than there are CPUs can run at once.
	[[ ${#all[@]} -eq 0 ]] || go test -json -count=1 -p 2 -parallel 4 -timeout "$limit" "${all[@]}" || status=1
	return "$status"
}

all_tests() {
	local terraform
	if ! terraform=$(command -v terraform); then
		echo "test: terraform is not in PATH" >&2
		return 1
	fi
	# A second registry to test against. Where it cannot be installed, its tests are skipped, and say so at the end.
	hack/install.sh docker-registry:docker-registry || true
	# What the BuildKit of the tests runs its steps with; the engine brings it along in most cases.
	hack/install.sh runc:runc || true
	# The other machine of engines over ssh: this one. Its service, which would make the folder, is not started.
	if hack/install.sh sshd:openssh-server && [[ $EUID -eq 0 ]]; then
		mkdir -p /run/sshd
	fi
	: >.cache/empty.tfrc
	CONTAINERS_REQUIRE_ENGINE=1 TF_ACC=1 TF_ACC_TERRAFORM_PATH=$terraform \
		TF_CLI_CONFIG_FILE=$PWD/.cache/empty.tfrc CHECKPOINT_DISABLE=1 \
		hack/with-engine.sh hack/test.sh engine
}

other_platforms() {
	local os
	for os in darwin windows; do
		GOOS=$os go vet ./... || return 1
	done
}

finish() {
	if [[ ${#failed[@]} -gt 0 ]]; then
		printf '\nFAILED: %s\n' "${failed[*]}"
		exit 1
	fi
	printf '\nall parts ok, %d s\n' "$SECONDS"
}

case ${1:-} in
events)
	events
	exit
	;;
engine)
	go_test hack/test.sh events
	exit
	;;
check)
	part lint hack/lint.sh
	part tests unit_tests
	;;
all)
	part lint hack/lint.sh
	part docs hack/docs.sh check
	part platforms other_platforms
	part tests all_tests
	;;
*)
	echo "usage: hack/test.sh check | all" >&2
	exit 1
	;;
esac
finish
