# Sourced by ./svgdistill, ./test and scripts/publish: finds the .NET SDK, builds once.
# Everything it says goes to standard error. ROOT is the repository's root.

EXIT_USAGE=2
EXIT_ENGINE=5
# The tensor engine's packages: cpu or cuda (build/Torch.targets).
TORCH=${SVGDISTILL_TORCH:-cpu}

say()  { printf 'svgdistill: %s\n' "$*" >&2; }
fail() { local code=$1; shift; say "$*"; exit "$code"; }

case $TORCH in cpu|cuda) ;; *) fail $EXIT_USAGE "SVGDISTILL_TORCH is '$TORCH'; it is cpu or cuda." ;; esac

# TorchSharp lets go of numbers before the native call that reads them returns (docs/architecture.md, "Traps"): the fewer collections, the
# fewer chances for one in between. Hexadecimal bytes that are left for the collector before it runs.
export DOTNET_GCgen0size=${DOTNET_GCgen0size:-4000000}
# The program is culture-invariant, and so can the SDK be: it runs without ICU where that is not installed.
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

GET_SDK="Install the .NET 10 SDK (README.md says how, by system) so that 'dotnet' is on the PATH, then run this again."

# Sets DOTNET.
find_dotnet() {
    local candidate
    # Services and containers may have no HOME.
    export DOTNET_CLI_HOME=${DOTNET_CLI_HOME:-${HOME:-$ROOT/artifacts}}
    for candidate in "${DOTNET_ROOT:+$DOTNET_ROOT/dotnet}" "$(command -v dotnet)" "${HOME:+$HOME/.dotnet/dotnet}" \
                     /usr/share/dotnet/dotnet /usr/lib/dotnet/dotnet; do
        if [ -n "$candidate" ] && [ -x "$candidate" ]; then DOTNET=$candidate; return; fi
    done
    fail $EXIT_ENGINE "the .NET 10 SDK was not found. $GET_SDK"
}

# Where the program is built to.
cli_program() {
    if [ "$TORCH" = cpu ]; then echo "$ROOT/src/Cli/bin/Release/net10.0/svgdistill.dll"
    else echo "$ROOT/artifacts/$TORCH/bin/SvgDistill.Cli/release/svgdistill.dll"; fi
}

# The SDK compares itself with global.json; before a build only, since asking takes longer than starting the program.
check_sdk() {
    ( cd "$ROOT" && "$DOTNET" --version ) >/dev/null 2>&1 && return
    local found
    found=$("$DOTNET" --list-sdks 2>/dev/null | cut -d' ' -f1 | tr '\n' ' ')
    fail $EXIT_ENGINE "$DOTNET has ${found:+SDK ${found% }, }no .NET 10 SDK. $GET_SDK"
}

# list SOURCES... FIND-EXPRESSION: the files that a build depends on, folders among them.
list_sources() {
    local roots=()
    while [ $# -gt 0 ] && [ "$1" != -- ]; do roots+=("$1"); shift; done
    shift
    find "${roots[@]}" build Directory.Build.props Directory.Build.targets Directory.Packages.props global.json .editorconfig \
        \( -name bin -o -name obj \) -prune -o "$@"
}

# A fingerprint of the contents of everything that a build depends on.
source_fingerprint() {
    { list_sources "$@" -- -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum; echo "$TORCH"; } | sha256sum | cut -d' ' -f1
}

# What a build made, by size and time: other builds (of the tests, by hand, on another branch) write to the same places. Nothing where
# some of it is not there. OUTPUTS is the caller's list of it.
outputs_state() {
    local state
    state=$(stat -c '%n %s %y' "${OUTPUTS[@]}" 2>/dev/null) && printf '%s' "$state" | sha256sum | cut -d' ' -f1
}

# unchanged STAMP SOURCES...: whether the last good build was of these sources, and what it made is there. Contents are only read where a
# file or a folder is newer than that build; the stamp is then as old as the look at it, where this user may write there.
unchanged() {
    local stamp=$1 fingerprint outputs; shift
    [ -s "$stamp" ] || return 1
    read -r fingerprint outputs <"$stamp"
    [ -n "$outputs" ] && [ "$outputs" = "$(outputs_state)" ] || return 1
    [ -n "$(list_sources "$@" -- -newer "$stamp" -print -quit)" ] || return 0
    { : >"$stamp.look"; } 2>/dev/null
    [ "$fingerprint" = "$(source_fingerprint "$@")" ] || return 1
    touch -r "$stamp.look" "$stamp" 2>/dev/null
    return 0
}

# build NAME TARGET SOURCES...: builds TARGET (Release) unless its sources are those of the last good build of that name.
build() {
    local name=$1 target=$2 stamp log fingerprint started=$SECONDS
    shift 2
    [ "$TORCH" = cpu ] || name=$name-$TORCH
    stamp="$ROOT/artifacts/$name.stamp" log="$ROOT/artifacts/$name-build.log"
    cd "$ROOT" || exit 1
    unchanged "$stamp" "$@" && return
    mkdir -p artifacts 2>/dev/null
    [ -w artifacts ] || fail 1 "the program has to be built, and $ROOT/artifacts cannot be written by $(id -un): run this once as its owner, or make a checkout of your own."
    exec 9>artifacts/build.lock
    if command -v flock >/dev/null; then flock 9; fi
    # Another process may have built it while this one waited.
    if ! unchanged "$stamp" "$@"; then
        check_sdk
        say "building $target${SVGDISTILL_TORCH:+ with the $TORCH engine} (Release; log in artifacts/$name-build.log) ..."
        rm -f "$stamp"
        : >"$stamp.look"
        fingerprint=$(source_fingerprint "$@")
        if ! "$DOTNET" build "$target" -c Release --nologo -v minimal -nodeReuse:false -p:Torch=$TORCH >"$log" 2>&1 9>&-; then
            report_failed_build "$log"
        fi
        echo "$fingerprint $(outputs_state)" >"$stamp"
        touch -r "$stamp.look" "$stamp"
        say "built in $((SECONDS - started)) s"
    fi
    exec 9>&-
}

# The errors of a build's log, and what to do about packages that are not to be had.
report_failed_build() {
    grep -E 'error ' "$1" | sed 's/^ *//' | sort -u | head -n 20 >&2 || tail -n 20 "$1" >&2
    if grep -qE 'NU1(101|102|103|301)' "$1"; then
        if [ "$TORCH" = cuda ] && grep -qE 'NU110[0-9].*libtorch-cuda' "$1"; then
            fail $EXIT_ENGINE "the package feed here does not have the CUDA packages. Add one that does ('dotnet nuget add source'; NuGet's public" \
                "gallery has them, some 3 GB), or leave SVGDISTILL_TORCH out for the CPU engine."
        fi
        fail $EXIT_ENGINE "packages could not be fetched (whole log: $1). 'dotnet nuget list source' says where from; a later run goes on."
    fi
    fail 1 "the build failed (whole log: $1)."
}
