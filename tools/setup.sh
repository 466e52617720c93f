# shellcheck shell=bash
# Installs the Debian packages that building needs, and those in $packages, if they are missing. Sourced by the other tools.
# Needs root, or sudo; does nothing where everything is there.

if ! command -v swift >/dev/null 2>&1; then
    echo "No 'swift' found. Install a Swift 6.3 toolchain (https://swift.org/install) and put it on the PATH." >&2
    exit 2
fi

missing_packages=""
# shellcheck disable=SC2154
for package in libzstd-dev zlib1g-dev ${packages:-}; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' \
        || missing_packages="$missing_packages $package"
done

if [ -n "$missing_packages" ]; then
    as_root=""
    [ "$(id -u)" = 0 ] || as_root="sudo"
    echo "Installing:$missing_packages" >&2
    {
        $as_root apt-get update -qq || true
        # shellcheck disable=SC2086
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing_packages
    } >&2 || {
        echo "Not all of these could be installed:$missing_packages. Install them with apt-get and try again." >&2
        exit 2
    }
fi
