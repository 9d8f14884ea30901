#!/usr/bin/env bash
# Lints Go code, examples and scripts; runs every linter even if one complains.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

failed=()
run() {
	"$@" || failed+=("$*")
}

run .cache/bin/golangci-lint run --allow-parallel-runners ./...
if command -v terraform >/dev/null; then
	run terraform fmt -check -diff -recursive examples
else
	echo "lint: terraform is missing, the format of examples/ is not checked"
fi
if command -v shellcheck >/dev/null; then
	run shellcheck .ci/run hack/*.sh
else
	echo "lint: shellcheck is missing, the scripts are not checked"
fi
for command in "${failed[@]}"; do
	echo "lint: failed: $command" >&2
done
[[ ${#failed[@]} -eq 0 ]]
