#!/bin/sh
# install-packages.sh PACKAGE...: installs the Debian packages that are missing, as root or through sudo; where neither
# is possible, prints the line to run.
missing=
for package; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -z "$missing" ] && exit 0

line="apt-get install -y --no-install-recommends$missing"
if ! command -v apt-get >/dev/null; then
    echo "this machine has no apt-get; install the equivalents of:$missing" >&2
    exit 1
elif [ "$(id -u)" = 0 ]; then
    as_root=
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root=sudo
else
    echo "some packages are missing; run this as root, then try again:" >&2
    echo "    $line" >&2
    exit 1
fi
echo "installing:$missing"
# shellcheck disable=SC2086 # the line is a list of words
{ $as_root apt-get update && $as_root env DEBIAN_FRONTEND=noninteractive $line; } >/tmp/lltfi-packages.log 2>&1 && exit 0
tail -n 20 /tmp/lltfi-packages.log >&2
echo "installing packages failed; the log is /tmp/lltfi-packages.log" >&2
exit 1
