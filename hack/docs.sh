#!/usr/bin/env bash
# Writes docs/ from the provider's schemas, examples/ and templates/, and the schemas as the provider sends them (generate),
# or proves that docs/ is up to date without touching the working tree (check). A test of internal/provider proves the schemas.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# render DIR: write DIR/docs from DIR/examples and DIR/templates. Neither Terraform nor the network is used.
render() {
	go run ./hack/schemadump >"$work/schemas.json"
	.cache/bin/tfplugindocs generate --provider-dir "$1" --provider-name containers \
		--rendered-provider-name Containers --providers-schema "$work/schemas.json" >"$work/log" || {
		cat "$work/log" >&2
		return 1
	}
}

check() {
	mkdir "$work/tree"
	cp -r examples templates "$work/tree/"
	render "$work/tree"
	if ! diff -ru docs "$work/tree/docs"; then
		echo "docs: out of date, run make generate" >&2
		return 1
	fi
}

case ${1:-} in
generate)
	terraform fmt -recursive examples
	go run ./hack/schemadump -wire >"$work/schemas.binpb"
	mv "$work/schemas.binpb" internal/provider/schemas.binpb
	render .
	;;
check) check ;;
*)
	echo "usage: hack/docs.sh generate | check" >&2
	exit 1
	;;
esac
