#!/bin/sh
# Makes .venv ready: the packages locked in requirements-dev.txt, this checkout, the system's
# libraries that Qt needs, and the database servers that the tests start. Done before, and
# nothing changed: it returns at once.
# It needs Python 3.11 to 3.14, nothing else.
set -eu
cd "$(dirname "$0")/.."
unset PYTHONHOME PYTHONPATH

say() { printf 'setup: %s\n' "$*" >&2; }
stop() {
    say "$@"
    exit 1
}

# ---- system packages: with apt, as root or where sudo asks for no password
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        command -v sudo >/dev/null && sudo -n "$@" 2>/dev/null
    fi
}

apt_install() {
    command -v apt-get >/dev/null && as_root true || return 1
    say "installing system packages: $*"
    as_root apt-get update -qq || true # one broken source must not hide the others
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
        --no-install-recommends -o DPkg::Lock::Timeout=120 "$@" >/dev/null
}

# ---- Python
supported() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null
}

find_python() {
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if supported "$name"; then
            echo "$name"
            return
        fi
    done
    stop "no Python 3.11 to 3.14 was found as python3 or python3.N. Install one and run this again."
}

make_venv() {
    python=$(find_python)
    "$python" -m venv --clear .venv >/dev/null 2>&1 && return
    # Debian keeps the part of Python that puts pip into a venv in a package of its own.
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    apt_install "python$version-venv" || true
    "$python" -m venv --clear .venv ||
        stop "$python could not make a virtual environment. On Debian or Ubuntu: apt-get install python$version-venv"
}

# ---- packages, each checked against its hash
# pip keeps its settings for mirrors, proxies and certificates; those that would send packages
# somewhere else than .venv are switched off.
pip() {
    env -u PIP_TARGET -u PIP_PREFIX -u PIP_ROOT -u PIP_CONSTRAINT PIP_USER=0 \
        .venv/bin/python -m pip -qq --disable-pip-version-check --no-input "$@"
}

install_packages() {
    pip install --require-hashes -r packaging/requirements-uv.txt ||
        PIP_CONFIG_FILE=/dev/null pip install --require-hashes -r packaging/requirements-uv.txt ||
        stop "uv could not be installed; pip's message stands above."

    # uv does not read pip's settings: hand it the mirror, where one is set.
    mirror=${PIP_INDEX_URL:-$(pip config get global.index-url 2>/dev/null || true)}
    if [ -n "$mirror" ]; then
        UV_DEFAULT_INDEX=${UV_DEFAULT_INDEX:-$mirror}
        export UV_DEFAULT_INDEX
    fi
    .venv/bin/uv pip sync --quiet --require-hashes --python .venv/bin/python \
        packaging/requirements-dev.txt ||
        { say "uv failed; trying pip, which is slower" &&
            pip install --require-hashes -r packaging/requirements-dev.txt; } ||
        stop "the locked packages could not be installed; the message stands above."

    pip install --no-deps --no-build-isolation --editable . ||
        stop "this checkout could not be installed; pip's message stands above."
}

# ---- the system's libraries for Qt, a screen for tests, a font with Chinese
missing_system_parts() {
    plugins=$(echo .venv/lib/python3.*/site-packages/PySide6/Qt/plugins/platforms)
    ldd "$plugins/libqxcb.so" "$plugins/libqoffscreen.so" | awk '/not found/ { print $1 }' | sort -u
    command -v Xvfb >/dev/null || echo Xvfb
    [ -n "$(fc-list :lang=zh 2>/dev/null)" ] || echo "a Chinese font"
}

install_system_parts() {
    [ "$(uname -s)" = Linux ] || return 0
    [ -n "$(missing_system_parts)" ] || return 0
    packages="libegl1 libgl1 libglib2.0-0 libdbus-1-3 libfontconfig1 fontconfig libxkbcommon-x11-0
        libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0
        libxcb-render-util0 libxcb-shape0 libxcb-sync1 libxcb-xfixes0 libxcb-xkb1 libx11-xcb1
        xvfb fonts-noto-cjk"
    # shellcheck disable=SC2086 # a list of words
    apt_install $packages || true
    missing=$(missing_system_parts | paste -sd , -)
    [ -z "$missing" ] ||
        say "the console and its tests lack these parts of the system: $missing." \
            "On Debian or Ubuntu: sudo apt-get install" $packages
}

# ---- the database servers that tests start for themselves, and a clock they can turn
missing_servers() {
    PATH="$PATH:/usr/sbin:/usr/local/sbin"
    for program in /usr/lib/postgresql/*/bin/postgres; do [ ! -x "$program" ] || found=1; done
    [ -n "${found-}" ] || command -v postgres >/dev/null || echo PostgreSQL
    command -v mariadbd >/dev/null && command -v mariadb-install-db >/dev/null &&
        command -v mariadb >/dev/null || echo MariaDB
    command -v faketime >/dev/null || echo faketime
}

# The packages must not leave a server running, now or after the next start of the machine.
# MariaDB's "core" packages have programs only, no service. PostgreSQL's would make a database
# and start it, unless this file says otherwise; where there is one already, it is its owner's.
no_server_of_the_system() {
    settings=/etc/postgresql-common/createcluster.conf
    [ -e "$settings" ] || as_root sh -c "mkdir -p ${settings%/*} &&
        echo 'create_main_cluster = false' >$settings"
}

install_servers() {
    [ "$(uname -s)" = Linux ] || return 0
    [ -n "$(missing_servers)" ] || return 0
    packages="postgresql mariadb-server-core mariadb-client-core faketime"
    no_server_of_the_system || true
    # shellcheck disable=SC2086 # a list of words
    apt_install $packages || true
    missing=$(missing_servers | paste -sd , -)
    [ -z "$missing" ] ||
        say "the tests on database servers lack $missing." \
            "On Debian or Ubuntu: sudo apt-get install" $packages
}

state=$({
    pwd
    cat packaging/setup.sh packaging/requirements-uv.txt packaging/requirements-dev.txt pyproject.toml
} | cksum)
if [ "$(cat .venv/ready 2>/dev/null)" != "$state" ] || ! supported .venv/bin/python; then
    say "making .venv ready"
    supported .venv/bin/python || make_venv
    install_packages
    echo "$state" >.venv/ready
fi
install_system_parts
install_servers
