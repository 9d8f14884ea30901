#!/usr/bin/env bash
# Runs a command with DOCKER_HOST set to an engine that answers. A private engine is started when none does, and stopped
# afterwards.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if ! found=$(hack/engine.sh env 2>/dev/null); then
	trap 'hack/engine.sh stop' EXIT
	hack/engine.sh start
	found=$(hack/engine.sh env)
fi
eval "$found"
"$@"
