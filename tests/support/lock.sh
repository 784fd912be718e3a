#!/usr/bin/env bash
# Pins all dependencies of pyproject.toml, with hashes and without addresses: `make lock`.
set -euo pipefail
bin=$1

pin() {
	"$bin/pip-compile" --quiet --upgrade --generate-hashes --strip-extras --allow-unsafe --no-header \
		--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options "$@" pyproject.toml
}

pin --output-file requirements.txt
pin --extra dev --constraint requirements.txt --output-file requirements-dev.txt
pin --build-deps-for editable --only-build-deps --output-file requirements-build.txt
