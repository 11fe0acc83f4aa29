# SPDX-License-Identifier: GPL-3.0-or-later
# What the installer scripts share. Sourced, never run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${EPHEMERA_BUILD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ephemera-build}

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }

# fail SENTENCE [HINT]: one sentence that says what is wrong, one that says what to do.
fail() {
    printf '\n\033[1mCould not go on:\033[0m %s\n' "$1" >&2
    [ -n "${2:-}" ] && printf '  %s\n' "$2" >&2
    exit 1
}

# as_root COMMAND...: runs it with the rights to install packages.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "Installing packages needs root, and there is no sudo here." "Run as root once: $*"
    fi
}

# quietly LABEL COMMAND...: a long step. Its output goes to a log, which is shown only when the step fails.
quietly() {
    local label=$1 log start
    shift
    mkdir -p "$cache"
    log=$cache/last-step.log
    start=$SECONDS
    say "$label"
    if ! "$@" >"$log" 2>&1; then
        tail -n 40 "$log" >&2
        fail "“$label” failed." "The whole output is in $log"
    fi
    if [ $((SECONDS - start)) -ge 5 ]; then
        say "$label: done in $((SECONDS - start)) s"
    fi
}

distribution() {
    # shellcheck disable=SC1091
    (. /etc/os-release && printf '%s-%s' "$ID" "${VERSION_ID%%.*}")
}
