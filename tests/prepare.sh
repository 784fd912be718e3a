#!/usr/bin/env bash
# Sees to it that the tests find PostgreSQL with PostGIS, and Chromium. Installs them with apt where it may; elsewhere
# it says what is missing and how to get it, and fails: a test that cannot run is not a test that passed.
set -euo pipefail

has_postgis() {
	local home
	for home in /usr/lib/postgresql/*/; do
		[[ -x "${home}bin/initdb" && -f "/usr/share/postgresql/$(basename "$home")/extension/postgis.control" ]] && return 0
	done
	command -v initdb >/dev/null && command -v pg_config >/dev/null && [[ -f "$(pg_config --sharedir)/extension/postgis.control" ]]
}

has_chromium() {
	[[ -n "${CHROMIUM:-}" && -x "${CHROMIUM:-}" ]] || command -v chromium >/dev/null || command -v chromium-browser >/dev/null
}

missing=()
has_postgis || missing+=("postgresql-15-postgis-3")
has_chromium || missing+=("chromium" "fonts-dejavu-core")
((${#missing[@]})) || exit 0

as_root=()
if ((EUID != 0)); then
	as_root=(sudo -n)
fi
if ! command -v apt-get >/dev/null || { ((EUID != 0)) && ! sudo -n true 2>/dev/null; }; then
	cat >&2 <<-TEXT
		The tests need PostgreSQL with PostGIS, and Chromium. Missing here: ${missing[*]}
		  Debian 12:        sudo apt-get install ${missing[*]}
		  other systems:    any PostgreSQL from 14 on with PostGIS 3, its initdb on the PATH;
		                    any Chromium, its path in CHROMIUM
	TEXT
	exit 1
fi

echo "Installing ${missing[*]} for the tests" >&2
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
if ! { "${as_root[@]}" apt-get update -qq &&
	"${as_root[@]}" apt-get install -y -qq -o DPkg::Lock::Timeout=300 --no-install-recommends "${missing[@]}"; } </dev/null >"$log" 2>&1; then
	cat "$log" >&2
	echo "apt could not install ${missing[*]}: the tests cannot run without." >&2
	exit 1
fi
rm -f "$log"
has_postgis && has_chromium || { echo "apt installed ${missing[*]}, yet PostGIS or Chromium is still not found." >&2; exit 1; }
