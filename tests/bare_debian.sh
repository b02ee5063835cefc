#!/bin/sh
# Tries this checkout on a bare Debian: a new system of the stable release with nothing but python3, git and CA
# certificates, in a chroot. Needs root and debootstrap.
#
#   tests/bare_debian.sh [--in FOLDER] [--user] [COMMAND...]       COMMAND is ./run sapa --help when left out
#
# --in FOLDER   make the system there and keep it; one that stands there already is used again, with a new copy of the
#               checkout (without it: a new system, removed at the end)
# --user        run COMMAND as a person without root and without sudo
#
# Where packages come from is this machine's affair: its settings of apt and pip and its certificates are taken along.
set -eu
checkout=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
PATH="$PATH:/usr/sbin:/sbin"
release=bookworm bare="" keep=no who=root
while [ $# -gt 0 ]; do
    case "$1" in
    --in) bare=$2 keep=yes && shift 2 ;;
    --user) who=visitor && shift ;;
    --) shift && break ;;
    -*) echo "There is no option $1." >&2 && exit 2 ;;
    *) break ;;
    esac
done
[ $# -gt 0 ] || set -- ./run sapa --help
[ "$(id -u)" = 0 ] || { echo "This needs root: it makes a system and enters it." >&2 && exit 1; }
command -v debootstrap >/dev/null || { echo "This needs debootstrap: apt-get install debootstrap" >&2 && exit 1; }
[ -n "$bare" ] || bare=$(mktemp -d /var/tmp/bare-debian.XXXXXX)

leave() {
    for mounted in dev/shm proc; do
        if mountpoint -q "$bare/$mounted"; then umount "$bare/$mounted" || umount --lazy "$bare/$mounted"; fi
    done
    # Only a system of our own making is removed, and never while something is mounted in it.
    if [ "$keep" = no ] && ! mountpoint -q "$bare/proc"; then rm -rf --one-file-system "$bare"; fi
}
trap leave EXIT
trap 'exit 130' INT TERM

# The first mirror that apt uses here for the release itself.
mirror() {
    cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null |
        awk '$1 == "URIs:" { print $2 } $1 == "deb" { for (i = 2; i <= NF; i++) if ($i ~ /:\/\//) { print $i; break } }' | head -n 1
}

if [ ! -x "$bare/usr/bin/git" ]; then
    echo "Making a bare $release in $bare" >&2
    debootstrap --variant=minbase --include=python3,git,ca-certificates "$release" "$bare" "$(mirror)" >"$bare.log" 2>&1 || {
        tail -n 20 "$bare.log" >&2
        exit 1
    }
    rm -f "$bare.log"
fi

# Sources, keys, proxies and certificates; not the hooks of programs that are not there.
rm -f "$bare/etc/apt/sources.list"
for part in sources.list sources.list.d keyrings auth.conf.d preferences.d trusted.gpg.d; do
    if [ -e "/etc/apt/$part" ]; then cp -rT "/etc/apt/$part" "$bare/etc/apt/$part"; fi
done
{ grep -hs '^ *Acquire::' /etc/apt/apt.conf.d/* || true; } >"$bare/etc/apt/apt.conf.d/90machine"
for file in /etc/pip.conf /etc/hosts /etc/resolv.conf /etc/ssl/certs/ca-certificates.crt; do
    if [ -e "$file" ]; then cp -L "$file" "$bare$file"; fi
done

rm -rf "$bare/srv/sapa"
mkdir -p "$bare/srv/sapa"
(cd "$checkout" && git ls-files -z --cached --others --exclude-standard) |
    tar -C "$checkout" --null --files-from=- --ignore-failed-read -cf - | tar -C "$bare/srv/sapa" -xf -
if [ "$who" != root ]; then
    chroot "$bare" sh -c "id $who >/dev/null 2>&1 || /usr/sbin/useradd --create-home $who"
    chroot "$bare" chown -R "$who" /srv/sapa
fi

mkdir -p "$bare/dev/shm"
mountpoint -q "$bare/proc" || mount -t proc proc "$bare/proc"
mountpoint -q "$bare/dev/shm" || mount -t tmpfs tmpfs "$bare/dev/shm"

# A plain PATH without sbin, as a person has it, and of the environment only what says how to reach packages.
settings=$(env | grep -E '^(PIP_|UV_|SSL_CERT_|REQUESTS_CA_BUNDLE=|[a-zA-Z]+_(proxy|PROXY)=)' | grep -v ' ' || true)
home=/root
if [ "$who" != root ]; then home=/home/$who; fi
# shellcheck disable=SC2086,SC2016 # the settings are meant to be split; the inner shell expands the rest
chroot --userspec="$who" "$bare" /usr/bin/env -i HOME="$home" USER="$who" TERM="${TERM:-dumb}" PATH=/usr/local/bin:/usr/bin:/bin $settings \
    sh -c 'cd /srv/sapa && exec "$@"' sh "$@"
