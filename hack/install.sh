#!/usr/bin/env bash
# Installs the Debian packages of commands that are missing. It fails where it cannot: it has to be root, on Debian.
#
#   hack/install.sh COMMAND:PACKAGE...
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
PATH=$PATH:/usr/sbin:/sbin:/usr/lib/podman # where daemons and their helpers are

say() { printf 'install: %s\n' "$*" >&2; }
die() {
	say "$*"
	exit 1
}

can_install() { [[ $EUID -eq 0 && -e /etc/debian_version ]] && command -v apt-get >/dev/null; }

apt_install() {
	mkdir -p .cache
	{
		apt-get update -q
		DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"
	} >.cache/apt.log 2>&1 </dev/null || {
		tail -n 5 .cache/apt.log >&2
		die "apt-get could not install $*"
	}
}

# without_services COMMAND...: run it while packages may not start their daemons: tests start their own.
without_services() {
	local policy=/usr/sbin/policy-rc.d
	if [[ -e $policy ]]; then
		"$@"
		return
	fi
	printf '#!/bin/sh\nexit 101\n' >"$policy"
	chmod +x "$policy"
	# shellcheck disable=SC2064 # the path is meant to be expanded now
	trap "rm -f '$policy'" EXIT
	"$@"
	rm -f "$policy"
	trap - EXIT
}

packages=()
for pair in "$@"; do
	command -v "${pair%%:*}" >/dev/null || packages+=("${pair##*:}")
done
[[ ${#packages[@]} -gt 0 ]] || exit 0
can_install || die "cannot install ${packages[*]} (only root on Debian can)"
say "installing ${packages[*]}"
without_services apt_install "${packages[@]}"
