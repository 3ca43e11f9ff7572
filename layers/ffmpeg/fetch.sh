#!/usr/bin/env bash
# Brings one pinned source into a folder and checks it, or fails: fetch.sh NAME FOLDER prints the file's path.
# Upstream first, then Debian's snapshot archive, then Debian's source packages through this machine's own apt: the same file,
# by its checksum, wherever it comes from.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
name=$1
folder=$2

read -r _ version sha256 sha1 upstream debian < <(grep "^$name " "$here/sources.txt")
file=$folder/$name-$version.tar

is_right() {
  [ -f "$1" ] && echo "$sha256  $1" | sha256sum --check --status
}

from_web() {
  echo "$name: $1" >&2
  curl --fail --silent --show-error --location --connect-timeout 10 --output "$file.part" "$1" >&2
}

# An apt of its own beside the machine's, with source packages of two Debian releases; nothing of the machine is changed.
from_debian() {
  command -v apt-get > /dev/null || return 1
  local keys=/usr/share/keyrings/debian-archive-keyring.gpg
  local own=$folder/apt mirror
  mirror=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Created-By: Packages' 'Origin: Debian' |
    sed -n 's/^\(.*\) [a-z]*$/\1/p' | head -n 1)
  [ -n "$mirror" ] && [ -f "$keys" ] || return 1
  mkdir -p "$own/lists/partial" "$own/cache/archives/partial"
  for release in bookworm trixie; do
    echo "deb-src [signed-by=$keys] $mirror $release main"
  done > "$own/sources.list"
  local options=(
    -o "Dir::Etc::SourceList=$own/sources.list" -o Dir::Etc::SourceParts=- # none but these
    -o "Dir::State::Lists=$own/lists" -o "Dir::Cache=$own/cache"
    -o APT::Sandbox::User= # the folder may be one that the user _apt can't enter
    -o Acquire::Languages=none
  )
  [ -f "$own/updated" ] || apt-get "${options[@]}" --quiet=2 update >&2
  touch "$own/updated"
  echo "$name: Debian's source package $debian" >&2
  rm -rf "$own/tar" && mkdir "$own/tar"
  (cd "$own/tar" && apt-get "${options[@]}" --quiet=2 source --download-only --tar-only "$debian" >&2)
  mv "$own"/tar/*.orig.tar.?z "$file.part"
}

if ! is_right "$file"; then
  mkdir -p "$folder"
  for way in "from_web $upstream" "from_web https://snapshot.debian.org/file/$sha1" from_debian; do
    [ "$way" = 'from_web -' ] && continue
    rm -f "$file.part"
    $way && is_right "$file.part" && mv "$file.part" "$file" && break
    echo "$name: not from there" >&2
  done
fi
if ! is_right "$file"; then
  echo "$name $version could not be fetched as it is pinned: put the file with SHA-256 $sha256 at $file" >&2
  exit 1
fi
echo "$file"
