#!/usr/bin/env bash
# The demo: build the provider and web servers; apply examples/demo, fetch the page, show that a second plan is empty; start a
# registry, apply a copy of examples/build-push-run, edit its page, show what follows (up). Remove all of it (down). The
# Terraform CLI finds the provider in a mirror below .cache, through a configuration file of its own: nothing of the user's
# is touched.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cache=$PWD/.cache/demo
version=0.0.1
published=$cache/build-push-run # the copy, of which a file is edited
registry=127.0.0.1:${REGISTRY_PORT:-15000}

export TF_CLI_CONFIG_FILE=$cache/terraform.rc TF_IN_AUTOMATION=1 TF_INPUT=0 CHECKPOINT_DISABLE=1

colour=()
[[ -t 1 ]] || colour=(-no-color)

step() { printf '\n==> %s\n' "$*"; }

need_terraform() {
	command -v terraform >/dev/null || {
		echo "demo: the terraform command (1.8 or newer) is not in PATH" >&2
		exit 1
	}
}

# tf FOLDER ARGUMENTS: run Terraform on an example, whose state and data are kept below the cache.
tf() {
	local folder=$1
	shift
	TF_DATA_DIR=$cache/$(basename "$folder").data terraform -chdir="$folder" "$@"
}

state_of() { printf '%s\n' "$cache/$(basename "$1").tfstate"; }

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
}

init() {
	# The lock file would hold the hash of the provider built before.
	rm -f "$1/.terraform.lock.hcl"
	tf "$1" init -reconfigure -backend-config="path=$(state_of "$1")" >"$cache/init.log" || {
		cat "$cache/init.log" >&2
		return 1
	}
}

# build_web FOLDER EXAMPLE: compile the web server of an example into a folder. It runs where the engine is: always Linux, on
# the engine's architecture, which is taken to be this machine's.
build_web() { CGO_ENABLED=0 GOOS=linux go build -trimpath -ldflags '-s -w' -o "$1/web" "./$2/web"; }

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

# show FOLDER: apply an example, fetch its page, and plan again.
show() {
	local url host
	tf "$1" apply -auto-approve "${colour[@]}"
	url=$(tf "$1" output -raw url)
	step "Fetching $url"
	host=${url#http://}
	host=${host%/}
	fetch "${host%:*}" "${host#*:}"
	step "Planning again"
	# 0: no changes, 2: changes.
	tf "$1" plan -detailed-exitcode "${colour[@]}"
}

listens() { (exec 3<>"/dev/tcp/${1%:*}/${1#*:}") 2>/dev/null; }

# start_registry: the one of the demo, in the background, unless one listens there already.
start_registry() {
	listens "$registry" && return
	go build -o "$cache/registry" ./hack/registry
	mkdir -p "$cache/registry.data"
	setsid "$cache/registry" -address "$registry" -dir "$cache/registry.data" >"$cache/registry.log" 2>&1 </dev/null &
	printf '%s\n' $! >"$cache/registry.pid"
	local deadline=$((SECONDS + 30))
	until listens "$registry"; do
		if ((SECONDS > deadline)) || ! kill -0 "$(cat "$cache/registry.pid")" 2>/dev/null; then
			tail -n 5 "$cache/registry.log" >&2
			echo "demo: no registry at $registry; choose another port with REGISTRY_PORT" >&2
			exit 1
		fi
		sleep 0.2
	done
}

stop_registry() {
	[[ -e $cache/registry.pid ]] || return 0
	kill "$(cat "$cache/registry.pid")" 2>/dev/null || true
	rm "$cache/registry.pid"
}

up_demo() {
	[[ -z ${PORT:-} ]] || export TF_VAR_port=$PORT
	build_web examples/demo/web examples/demo
	step "Applying examples/demo"
	init examples/demo
	show examples/demo
}

up_published() {
	export TF_VAR_registry=$registry TF_VAR_port=${PUBLISHED_PORT:-18081}
	step "Starting a registry at $registry"
	start_registry
	rm -rf "$published"
	cp -r examples/build-push-run "$published"
	build_web "$published/web" examples/build-push-run
	step "Applying examples/build-push-run: build, publish, run by digest"
	init "$published"
	show "$published"
	step "Editing a source file: the image, the published image and the container follow"
	sed -i.before 's/<p>/<p>Edited by the demo. /' "$published/web/page.html"
	rm "$published/web/page.html.before"
	show "$published"
}

up() {
	need_terraform
	step "Building the provider"
	build
	step "Finding an engine"
	use_engine
	up_demo
	up_published
	printf '\nThe web servers run at %s and %s until make demo-down.\n' \
		"$(tf examples/demo output -raw url)" "$(tf "$published" output -raw url)"
}

# on_azure: apply the examples of Azure under the simulator, plan again, and destroy them.
on_azure() {
	need_terraform
	step "Building the provider and a simulated Azure"
	build
	go build -o "$cache/armsim" ./internal/azure/armsim/cmd/armsim
	step "Finding an engine"
	use_engine
	build_web examples/demo/web examples/demo
	"$cache/armsim" run -- hack/demo.sh azure-inside
}

# azure_inside: what runs under the simulator, which forgets everything at its end.
azure_inside() {
	local folder
	for folder in examples/azure-registry examples/azure-quickstart; do
		rm -f "$(state_of "$folder")"
		init "$folder"
		step "Applying $folder"
		tf "$folder" apply -auto-approve "${colour[@]}"
		step "Planning again"
		tf "$folder" plan -detailed-exitcode "${colour[@]}"
		step "Destroying it"
		tf "$folder" destroy -auto-approve "${colour[@]}"
		rm -f "$(state_of "$folder")" "$folder/.terraform.lock.hcl"
	done
}

# destroy FOLDER: destroy what is left of an example.
destroy() {
	[[ -e $(state_of "$1") ]] || return 0
	step "Destroying $(basename "$1")"
	init "$1"
	tf "$1" destroy -auto-approve "${colour[@]}"
}

down() {
	if [[ -e $(state_of examples/demo) || -e $(state_of "$published") ]]; then
		need_terraform
		use_engine
		build
		[[ ! -e $(state_of "$published") ]] || start_registry
		TF_VAR_registry=$registry destroy "$published"
		destroy examples/demo
	fi
	stop_registry
	hack/engine.sh stop
	rm -rf "$cache" examples/demo/web/web examples/demo/.terraform.lock.hcl
}

case ${1:-} in
up) up ;;
down) down ;;
azure) on_azure ;;
azure-inside) azure_inside ;;
*)
	echo "usage: hack/demo.sh up | down | azure" >&2
	exit 1
	;;
esac
