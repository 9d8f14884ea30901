#!/usr/bin/env bash
# The demo: build the provider and a web server, apply examples/demo, fetch the page, show that a second plan is empty (up);
# remove all of it (down). The Terraform CLI finds the provider in a mirror below .cache, through a configuration file of
# its own: nothing of the user's is touched.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cache=$PWD/.cache/demo
version=0.0.1
state=$cache/terraform.tfstate

export TF_CLI_CONFIG_FILE=$cache/terraform.rc TF_DATA_DIR=$cache/data TF_IN_AUTOMATION=1 TF_INPUT=0 CHECKPOINT_DISABLE=1
[[ -z ${PORT:-} ]] || export TF_VAR_port=$PORT

colour=()
[[ -t 1 ]] || colour=(-no-color)

step() { printf '\n==> %s\n' "$*"; }

need_terraform() {
	command -v terraform >/dev/null || {
		echo "demo: the terraform command (1.8 or newer) is not in PATH" >&2
		exit 1
	}
}

tf() { terraform -chdir=examples/demo "$@"; }

build() {
	local platform mirror
	platform=$(go env GOOS)_$(go env GOARCH)
	mirror=$cache/mirror/registry.terraform.io/containerhosts/containers/$version/$platform
	mkdir -p "$mirror"
	go build -trimpath -o "$mirror/terraform-provider-containers_v$version" .
	cat >"$TF_CLI_CONFIG_FILE" <<-RC
		provider_installation {
		  filesystem_mirror {
		    path = "$cache/mirror"
		  }
		}
	RC
	# The lock file would hold the hash of the provider built before.
	rm -f examples/demo/.terraform.lock.hcl
	tf init -reconfigure -backend-config="path=$state" >"$cache/init.log" || {
		cat "$cache/init.log" >&2
		return 1
	}
}

# The server runs where the engine is: always Linux, on the engine's architecture, which is taken to be this machine's.
build_web() { CGO_ENABLED=0 GOOS=linux go build -trimpath -ldflags '-s -w' -o examples/demo/web/web ./examples/demo/web; }

# use_engine: set DOCKER_HOST to an engine that answers, starting a private one if none does.
use_engine() {
	local found
	hack/engine.sh start
	found=$(hack/engine.sh env)
	eval "$found"
}

# fetch HOST PORT: print the page. Bash can speak HTTP well enough; there may be no curl.
fetch() {
	exec 3<>"/dev/tcp/$1/$2"
	printf 'GET / HTTP/1.0\r\n\r\n' >&3
	sed '1,/^\r$/d' <&3
	exec 3>&-
}

up() {
	need_terraform
	step "Building the provider and the web server"
	build
	build_web
	step "Finding an engine"
	use_engine
	step "Applying examples/demo"
	tf apply -auto-approve "${colour[@]}"
	local url host
	url=$(tf output -raw url)
	step "Fetching $url"
	host=${url#http://}
	host=${host%/}
	fetch "${host%:*}" "${host#*:}"
	step "Planning again"
	# 0: no changes, 2: changes.
	tf plan -detailed-exitcode "${colour[@]}"
	printf '\nThe web server runs at %s until make demo-down.\n' "$url"
}

down() {
	if [[ -e $state ]]; then
		need_terraform
		step "Destroying examples/demo"
		use_engine
		build
		tf destroy -auto-approve "${colour[@]}"
	fi
	hack/engine.sh stop
	rm -rf "$cache" examples/demo/web/web examples/demo/.terraform.lock.hcl
}

case ${1:-} in
up) up ;;
down) down ;;
*)
	echo "usage: hack/demo.sh up | down" >&2
	exit 1
	;;
esac
