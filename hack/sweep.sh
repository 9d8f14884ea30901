#!/usr/bin/env bash
# Removes what interrupted test runs left on an engine: objects named as internal/acctest/fixture names them. Not while
# tests run. A private engine needs no sweep, stopping it removes everything.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

names='^acc-[0-9a-f]{10}-'

command -v docker >/dev/null || {
	echo "sweep: the docker command is not in PATH" >&2
	exit 1
}
found=$(hack/engine.sh env)
eval "$found"

# sweep LIST... -- REMOVE...: pass each name that the first command lists, if it is a test's, to the second.
sweep() {
	local list=() name
	while [[ $1 != -- ]]; do
		list+=("$1")
		shift
	done
	shift
	"${list[@]}" | { grep -E "$names" || true; } | while read -r name; do
		"$@" "$name" >/dev/null
		echo "removed $name"
	done
}

sweep docker container ls --all --format '{{.Names}}' -- docker container rm --force --volumes
sweep docker network ls --format '{{.Name}}' -- docker network rm
sweep docker volume ls --format '{{.Name}}' -- docker volume rm --force
sweep docker image ls --format '{{.Repository}}:{{.Tag}}' -- docker image rm --force
