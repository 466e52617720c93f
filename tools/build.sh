# shellcheck shell=bash disable=SC2154
# build PRODUCT: builds the product in release if a source is newer, and sets $binary. Sourced by the other tools, which set $top.
# Whatever they build is built with the same options, so that one does not undo the other's work.
build() {
    binary="$top/.build/release/$1"
    if [ -x "$binary" ] && [ -z "$(find "$top/Sources" "$top/Package.swift" -newer "$binary" -print -quit)" ]; then
        return
    fi
    # shellcheck source=tools/setup.sh
    source "$top/tools/setup.sh"
    echo "Building $1 (takes a minute or two the first time) ..." >&2
    log=$(mktemp)
    # As old as the sources that are built: what is saved meanwhile is newer.
    begun=$(mktemp)
    trap 'rm -f "$log" "$begun"' EXIT
    if ! swift build --package-path "$top" -c release --static-swift-stdlib -Xlinker -s -Xlinker -no-pie \
        --product "$1" >"$log" 2>&1; then
        cat "$log" >&2
        echo "$1 does not build; see above." >&2
        exit 2
    fi
    touch -r "$begun" "$binary"
    rm -f "$log" "$begun"
    trap - EXIT
}
