# Sourced by ./svgdistill and ./test: finds the .NET SDK, installs what the tensor engine needs, builds once.
# Everything it says goes to standard error. ROOT is the repository's root; INSTALL is 1 unless --no-install was given.

EXIT_ENGINE=5
# 0 builds without the tensor engine's C++ shim.
ENGINE=1

say()  { printf 'svgdistill: %s\n' "$*" >&2; }
fail() { local code=$1; shift; say "$*"; exit "$code"; }

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

# Sets DOTNET. The SDK's own check against global.json happens in the build, where its message can be shown.
find_dotnet() {
    local candidate
    for candidate in "${DOTNET_ROOT:+$DOTNET_ROOT/dotnet}" "$(command -v dotnet)" "$HOME/.dotnet/dotnet" \
                     /usr/share/dotnet/dotnet /usr/lib/dotnet/dotnet; do
        if [ -n "$candidate" ] && [ -x "$candidate" ]; then DOTNET=$candidate; return; fi
    done
    fail $EXIT_ENGINE "the .NET 10 SDK was not found. Install it (https://dotnet.microsoft.com/download/dotnet/10.0;" \
        "Ubuntu: apt-get install dotnet-sdk-10.0) so that 'dotnet' is on the PATH, then run this again."
}

# Prints libtorch's main library: below LIBTORCH where that is set (a libtorch or PyTorch folder), else the system's.
find_libtorch() {
    local folder
    for folder in ${LIBTORCH:+"$LIBTORCH/lib" "$LIBTORCH/torch/lib" "$LIBTORCH"} \
                  $([ -n "${LIBTORCH:-}" ] || echo /usr/lib/*-linux-gnu /usr/lib64 /usr/lib /usr/local/lib); do
        if [ -e "$folder/libtorch_cpu.so" ] || [ -e "$folder/libtorch.so" ]; then echo "$folder/libtorch.so"; return; fi
    done
    return 1
}

# Prints the packages that are not there. Debian's libtorch needs the threaded OpenBLAS to be fast; a PyTorch folder has its own.
missing_packages() {
    local openblas
    if ! find_libtorch >/dev/null; then echo libtorch-dev; fi
    if [ -z "${LIBTORCH:-}" ]; then
        for openblas in /usr/lib/*/openblas-pthread/libopenblas.so.0 /usr/lib64/libopenblasp.so.0 /nowhere; do
            [ -e "$openblas" ] && break
        done
        [ "$openblas" = /nowhere ] && echo libopenblas0-pthread
    fi
    command -v cmake >/dev/null || echo cmake
    command -v g++ >/dev/null || command -v c++ >/dev/null || echo g++
    command -v make >/dev/null || command -v ninja >/dev/null || echo make
}

# Installs what is missing; with --no-install, or where it cannot, says what to install and ends with 5.
install_missing() {
    local missing as_root=
    missing=$(missing_packages | tr '\n' ' '); missing=${missing% }
    [ -n "$missing" ] || return 0
    if [ -n "${LIBTORCH:-}" ] && ! find_libtorch >/dev/null; then
        fail $EXIT_ENGINE "no libtorch.so below $LIBTORCH (LIBTORCH or --libtorch): name the folder that holds lib/libtorch.so."
    fi
    if [ "$INSTALL" != 1 ]; then
        fail $EXIT_ENGINE "missing: $missing (the tensor engine). Nothing was installed because of --no-install;" \
            "run 'apt-get install $missing', or leave --no-install out."
    fi
    command -v apt-get >/dev/null || fail $EXIT_ENGINE "missing: $missing, and there is no apt-get here to install them with." \
        "Install your system's packages for libtorch 1.13 or newer, OpenBLAS, CMake, make and a C++17 compiler, or set LIBTORCH to a PyTorch folder."
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || fail $EXIT_ENGINE "missing: $missing. Installing needs root: run 'apt-get install $missing' as root, then this again."
        as_root=sudo
    fi
    mkdir -p "$ROOT/artifacts"
    say "installing $missing (once; log in artifacts/install.log) ..."
    if ! { $as_root apt-get update && DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y --no-install-recommends $missing; } \
            >"$ROOT/artifacts/install.log" 2>&1; then
        tail -n 5 "$ROOT/artifacts/install.log" >&2
        fail $EXIT_ENGINE "installing $missing failed (log above and in artifacts/install.log)."
    fi
}

# A fingerprint of everything that a build depends on: sources, build rules, the libtorch it is built against.
source_fingerprint() {
    ( cd "$ROOT" && {
        find "$@" Directory.Build.props Directory.Build.targets Directory.Packages.props global.json .editorconfig \
            \( -name bin -o -name obj -o -name build \) -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
        echo "${TorchBackend:-} ${TorchSharpPackage:-} ${LIBTORCH:-} $ENGINE"
        stat -L -c '%n %s %Y' "$(find_libtorch)" 2>/dev/null
    } | sha256sum | cut -d' ' -f1 )
}

# build NAME TARGET SOURCES...: builds TARGET (Release) unless its sources are those of the last good build of that name.
build() {
    local name=$1 target=$2 stamp="$ROOT/artifacts/$1.stamp" log="$ROOT/artifacts/$1-build.log" fingerprint started=$SECONDS
    shift 2
    fingerprint=$(source_fingerprint "$@")
    [ "$(cat "$stamp" 2>/dev/null)" = "$fingerprint" ] && return 0
    mkdir -p "$ROOT/artifacts"
    exec 9>"$ROOT/artifacts/build.lock"
    if command -v flock >/dev/null; then flock 9; fi
    # Another process may have built it while this one waited.
    if [ "$(cat "$stamp" 2>/dev/null)" != "$fingerprint" ]; then
        say "building $target (Release; log in artifacts/$name-build.log) ..."
        rm -f "$stamp"
        if ! ( cd "$ROOT" && "$DOTNET" build "$target" -c Release --nologo -v minimal -nodeReuse:false $([ $ENGINE = 1 ] || echo -p:TorchNative=false) 9>&- ) >"$log" 2>&1; then
            grep -E 'error|Error' "$log" | sort -u | head -n 20 >&2 || tail -n 20 "$log" >&2
            [ -s "$log" ] || say "dotnet build said nothing"
            fail 1 "the build failed (whole log: artifacts/$name-build.log)."
        fi
        echo "$fingerprint" >"$stamp"
        say "built in $((SECONDS - started)) s"
    fi
    exec 9>&-
}
