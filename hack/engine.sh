#!/usr/bin/env bash
# Finds a container engine for the demo and the tests, or starts a private one.
#
#   hack/engine.sh start   make sure that an engine answers (starts a private one if none does)
#   hack/engine.sh env     print `export DOCKER_HOST=...` for it; fails when no engine answers
#   hack/engine.sh stop    stop the private engine, if there is one, and remove all it left behind
#
# An engine is looked for in this order: $DOCKER_HOST, the private engine of this working copy, /var/run/docker.sock.
# With ENGINE=podman only a private Podman service is looked for.
#
# A private engine shares nothing with other engines on the machine but the kernel: it has its own socket, data, containerd,
# bridge and address pool. So several working copies can have one each, and an engine that was there before stays as it was.
set -euo pipefail

engine=${ENGINE:-docker}
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
key=$(printf '%s' "$project" | cksum | awk '{printf "%08x", $1}')
data=$project/.cache/$engine # images, volumes, logs, configuration
# Sockets and process state live outside of the project, because a socket's path is limited to 108 bytes.
run=/run/tfc-$engine-$key
socket=$run/engine.sock
link=tfc$key # the private bridge; a name of at most 15 bytes
start_seconds=60
PATH=$PATH:/usr/sbin:/sbin:/usr/lib/podman # where daemons and their helpers are

say() { printf 'engine: %s\n' "$*" >&2; }
die() {
	say "$*"
	exit 1
}

# need COMMAND:PACKAGE...: install the packages of the commands that are missing.
need() {
	"$project/hack/install.sh" "$@" || die "no engine answers: start Docker (or Podman's socket) and set DOCKER_HOST"
}

# answers HOST: does an engine answer the Docker API there?
answers() {
	local host=$1
	case $host in
	unix://*) test -S "${host#unix://}" || return 1 ;;
	esac
	if command -v docker >/dev/null; then
		DOCKER_HOST=$host timeout 10 docker version >/dev/null 2>&1
	elif [[ $host == unix://* ]]; then
		api_at "${host#unix://}" GET /_ping >/dev/null 2>&1
	else
		say "cannot check $host without the docker command, trusting it"
	fi
}

# api_at SOCKET METHOD PATH: one call of the engine's API.
api_at() { curl --silent --fail --max-time 60 --unix-socket "$1" --request "$2" "http://engine$3"; }

api() { api_at "$socket" "$@"; }

# find: print the address of an engine that answers.
find_engine() {
	local host
	local candidates=("unix://$socket")
	if [[ $engine == docker ]]; then
		candidates=("${DOCKER_HOST:-}" "unix://$socket" "unix:///var/run/docker.sock")
	fi
	for host in "${candidates[@]}"; do
		if [[ -n $host ]] && answers "$host"; then
			printf '%s\n' "$host"
			return 0
		fi
	done
	return 1
}

# --- starting -----------------------------------------------------------------------------------------------------------

# prefix: the first two numbers of a /16 that no route of this machine uses. Podman has none before its first container, so
# that it begins to look elsewhere than Docker.
prefix() {
	local i candidate used begin=0
	[[ $engine != podman ]] || begin=32
	used=$(ip -4 route show table all)
	for i in {0..63}; do
		candidate=10.$((128 + (0x$key + begin + i) % 64))
		if ! grep -qF " $candidate." <<<" ${used//$'\n'/ }"; then
			printf '%s\n' "$candidate"
			return 0
		fi
	done
	die "no free 10.x.0.0/16 for a private engine"
}

# background LOG COMMAND...: run it detached from this shell and its terminal.
background() {
	local log=$1
	shift
	setsid "$@" >>"$log" 2>&1 </dev/null &
}

# wait_for LOG COMMAND...: until the command succeeds, while the engine's processes live.
wait_for() {
	local log=$1 deadline=$((SECONDS + start_seconds))
	shift
	until "$@"; do
		if ((SECONDS > deadline)) || [[ -z $(processes) ]]; then
			tail -n 10 "$log" >&2
			stop_private
			die "the private $engine did not start (its log is above)"
		fi
		sleep 0.2
	done
}

# A containerd of its own: dockerd would share the system's one if it found its socket.
containerd_config() {
	cat <<-TOML
		version = 2
		root = "$data/containerd"
		state = "$run/containerd"
		disabled_plugins = ["io.containerd.grpc.v1.cri"]
		[grpc]
		  address = "$run/containerd.sock"
	TOML
}

# A configuration file of its own: the one in /etc would be read, and may contradict.
dockerd_config() {
	local net=$1
	cat <<-JSON
		{
		  "hosts": ["unix://$socket"],
		  "containerd": "$run/containerd.sock",
		  "data-root": "$data/data",
		  "exec-root": "$run/exec",
		  "pidfile": "$run/dockerd.pid",
		  "bridge": "$link",
		  "default-address-pools": [{"base": "$net.0.0/16", "size": 23}]
		}
	JSON
}

# rules: the packet filter rules, each preceded by its table.
rules() {
	local table
	command -v iptables-save >/dev/null || return 0
	for table in filter nat; do
		iptables-save -t "$table" | sed -n "s/^-A /$table /p"
	done
}

# restore_rules BEFORE: a starting dockerd empties the chains it shares with other engines; put back what it removed.
restore_rules() {
	local table rule
	[[ -n $1 ]] || return 0
	{ grep -vxFf <(rules) <<<"$1" || true; } | tac | while read -r table rule; do
		# shellcheck disable=SC2086 # a rule is a list of words
		iptables -w -t "$table" -I $rule || say "could not restore the rule $rule"
	done
}

start_docker() {
	need dockerd:docker.io containerd:containerd iptables:iptables ip:iproute2 curl:curl
	local net before
	net=$(prefix)
	before=$(rules)
	ip link add name "$link" type bridge
	ip addr add "$net.0.1/23" dev "$link"
	ip link set "$link" up
	containerd_config >"$data/containerd.toml"
	dockerd_config "$net" >"$data/daemon.json"
	background "$data/containerd.log" containerd --config "$data/containerd.toml"
	wait_for "$data/containerd.log" test -S "$run/containerd.sock"
	background "$data/dockerd.log" dockerd --config-file "$data/daemon.json"
	wait_for "$data/dockerd.log" answers "unix://$socket"
	restore_rules "$before"
}

# ulimits: Podman's default is its own maximum, which a sandbox may not grant; take what this process has.
ulimits() {
	local files processes most
	files=$(ulimit -Hn)
	processes=$(ulimit -Hu)
	most=$(cat /proc/sys/kernel/pid_max) # Podman lowers its own limit to this
	[[ $files != unlimited ]] || files=1048576
	[[ $processes != unlimited ]] && ((processes < most)) || processes=$most
	printf '"nofile=%s:%s", "nproc=%s:%s"' "$files" "$files" "$processes" "$processes"
}

# Locks in files and events in a file: the defaults are one shared memory segment and the machine's journal.
podman_config() {
	local net=$1
	cat <<-TOML
		[containers]
		default_ulimits = [$(ulimits)]
		[engine]
		cgroup_manager = "cgroupfs"
		events_logger = "file"
		lock_type = "file"
		tmp_dir = "$run/tmp"
		[network]
		network_backend = "netavark"
		network_config_dir = "$data/networks"
		default_subnet = "$net.0.0/23"
		default_subnet_pools = [{"base" = "$net.0.0/16", "size" = 23}]
	TOML
}

# Docker speaks plain HTTP to registries on the loopback interface; Podman has to be told. The tests' registries are there.
podman_registries() {
	cat <<-TOML
		[[registry]]
		location = "127.0.0.1"
		insecure = true
	TOML
}

start_podman() {
	need podman:podman netavark:netavark aardvark-dns:aardvark-dns iptables:iptables ip:iproute2 curl:curl catatonit:catatonit
	mkdir -p "$run/tmp"
	podman_config "$(prefix)" >"$data/containers.conf"
	podman_registries >"$data/registries.conf"
	CONTAINERS_CONF=$data/containers.conf CONTAINERS_REGISTRIES_CONF=$data/registries.conf background "$data/podman.log" \
		podman --root "$data/data" --runroot "$run/state" --tmpdir "$run/tmp" system service --time=0 "unix://$socket"
	wait_for "$data/podman.log" answers "unix://$socket"
}

start() {
	local host
	if host=$(find_engine); then
		say "using $host"
		return 0
	fi
	[[ $EUID -eq 0 ]] || die "no engine answers: start Docker (or Podman's socket) and set DOCKER_HOST"
	stop_private # what a crash may have left
	mkdir -p "$data" "$run"
	"start_$engine"
	say "started a private $engine at unix://$socket (stop it with hack/engine.sh stop)"
}

# --- stopping -----------------------------------------------------------------------------------------------------------

# processes: the private engine's own processes, known by their names and by its folders in their command lines.
processes() {
	local dir
	for dir in /proc/[0-9]*; do
		case $(cat "$dir/comm" 2>/dev/null) in
		dockerd | containerd | containerd-shim | docker-proxy | podman | conmon | aardvark-dns) ;;
		*) continue ;;
		esac
		if tr '\0' ' ' 2>/dev/null <"$dir/cmdline" | grep -qF -e "$run/" -e "$data/"; then
			printf '%s\n' "${dir#/proc/}"
		fi
	done
}

# remove_objects: containers and networks, through the API, as only the engine can undo its namespaces, bridges and rules.
remove_objects() {
	answers "unix://$socket" || return 0
	local id
	api POST '/swarm/leave?force=1' >/dev/null || true
	for id in $(api GET '/containers/json?all=1' | grep -o '"Id":"[0-9a-f]\{64\}"' | cut -d'"' -f4); do
		api DELETE "/containers/$id?force=1&v=1" >/dev/null || say "could not remove container $id"
	done
	api POST /networks/prune >/dev/null || true
}

# end_processes SIGNAL: the youngest first (dockerd before its containerd), waiting up to 20 seconds for each.
end_processes() {
	local pid
	for pid in $(processes | sort -rn); do
		kill "-$1" "$pid" 2>/dev/null || continue
		timeout 20 tail -s 0.1 --pid="$pid" -f /dev/null || true
	done
}

# unmount DIR: everything mounted below, deepest first.
unmount() {
	local target
	awk -v dir="$1/" 'index($2, dir) == 1 {print $2}' /proc/self/mounts | sort -r | while read -r target; do
		umount -l "$target"
	done
}

# remove_rules: the packet filter rules of the private bridge, which dockerd leaves behind.
remove_rules() {
	local table rule
	{ rules | grep -E -- " $link( |\$)" || true; } | while read -r table rule; do
		# shellcheck disable=SC2086 # a rule is a list of words
		iptables -w -t "$table" -D $rule || true
	done
}

stop_private() {
	[[ -d $run || -d $data ]] || return 0
	[[ $EUID -eq 0 ]] || die "only root can stop the private engine"
	remove_objects
	end_processes TERM
	end_processes KILL
	unmount "$run"
	unmount "$data"
	if [[ $engine == docker ]]; then # Podman removes its bridges by itself, and this one is not its own.
		remove_rules
		ip link del "$link" 2>/dev/null || true
	fi
	rm -rf "$run" "$data"
}

stop() {
	local was_running
	was_running=$(processes)
	stop_private
	[[ -z $was_running ]] || say "stopped the private $engine"
}

print_env() {
	local host
	host=$(find_engine) || die "no $engine engine answers"
	printf 'export DOCKER_HOST=%s\n' "$host"
}

case $engine in
docker | podman) ;;
*) die "ENGINE must be docker or podman" ;;
esac
case ${1:-} in
start) start ;;
stop) stop ;;
env) print_env ;;
*) die "usage: hack/engine.sh start | stop | env" ;;
esac
