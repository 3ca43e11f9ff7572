#!/usr/bin/env bash
# Compiles the FFmpeg that Millrace runs everywhere: a static ffmpeg and ffprobe with x264, dav1d, zimg and zlib, from pinned
# sources, and packs them as a Lambda layer. The same toolchain gives the same bytes.
#
#   layers/ffmpeg/build.sh [x86_64|arm64]    .millrace/layer/ffmpeg-<arch>.zip, and unpacked in .millrace/layer/<arch>/
#   layers/ffmpeg/build.sh --id              what is compiled, as one word: part of FFmpeg's version and so of every plan
#
# JOBS: compilers at a time, by default one a core.
set -euo pipefail
export LC_ALL=C TZ=UTC
umask 022

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
state=$(cd "$here/../.." && pwd)/.millrace/layer

# One name for one recipe, on both architectures: init sections differ between builds, so a plan goes on with the build it began with.
build_id=$(cat "$here/build.sh" "$here/sources.txt" "$here/components.txt" | sha256sum | cut -c 1-8)
if [ "${1:-}" = --id ]; then
  echo "$build_id"
  exit
fi

machine=$(uname -m | sed 's/^aarch64$/arm64/')
arch=${1:-$machine}
case $arch in
  x86_64) gnu=x86_64 ;;
  arm64) gnu=aarch64 ;;
  *) echo "There is no layer for $arch: x86_64 or arm64." >&2 && exit 1 ;;
esac
if [ "$(uname -s)" != Linux ]; then
  echo 'The layer holds Linux programs: build it on Linux.' >&2
  exit 1
fi

# A foreign architecture is compiled by Debian's cross compilers.
cross=
[ "$arch" = "$machine" ] || cross=$gnu-linux-gnu-
tools=(curl make meson ninja autoconf automake libtoolize pkg-config zip xz "${cross}gcc" "${cross}g++" "${cross}strip")
[ "$arch" = x86_64 ] && tools+=(nasm) # x86's hand-written loops; arm64's go through the compiler
missing=()
for tool in "${tools[@]}"; do
  command -v "$tool" > /dev/null || missing+=("$tool")
done
if [ "${#missing[@]}" -gt 0 ]; then
  echo "Install ${missing[*]} first." >&2
  exit 1
fi

zip_file=$state/ffmpeg-$arch.zip
out=$state/$arch
if [ -f "$zip_file" ] && grep -q "\"build\": \"$build_id\"" "$out/share/millrace/manifest.json" 2> /dev/null; then
  echo "$zip_file is what would be built."
  exit
fi

jobs=${JOBS:-$(nproc)}
work=$state/build-$arch
prefix=$work/prefix
rm -rf "$work"
mkdir -p "$prefix"

say() {
  echo "layer $arch: $*"
}

# Source NAME, unpacked in the folder NAME.
unpack() {
  local tar
  tar=$("$here/fetch.sh" "$1" "$state/sources")
  mkdir "$work/$1"
  tar --extract --file "$tar" --directory "$work/$1" --strip-components 1
  cd "$work/$1"
}

# Runs quietly; a failure shows the end of what was said.
quietly() {
  if ! "$@" > "$work/log" 2>&1; then
    tail -n 40 "$work/log" >&2
    echo "failed: $*" >&2
    exit 1
  fi
}

# Untrusted files are decoded: position-independent, so that addresses can't be known; stack and buffers are guarded.
guards='-fPIC -fstack-protector-strong -D_FORTIFY_SOURCE=2'
export CC=${cross}gcc CXX=${cross}g++ AR=${cross}ar RANLIB=${cross}ranlib STRIP=${cross}strip
export CFLAGS="-O2 $guards" CXXFLAGS="-O2 $guards"
# Only what is compiled here is ever linked.
export PKG_CONFIG_LIBDIR=$prefix/lib/pkgconfig PKG_CONFIG_PATH=

say "zlib"
unpack zlib
quietly env CFLAGS="-O3 $guards" ./configure --static --prefix="$prefix"
quietly make -j "$jobs" libz.a
quietly make install

say "x264"
unpack x264
x264_flags=(
  --enable-static --enable-pic
  --disable-cli     # the library only
  --bit-depth=8     # the ladder is 8-bit 4:2:0
  --disable-opencl
)
# x264 takes nasm, or the compiler for arm64's assembly, by itself; an AS from outside would be taken for either.
quietly env -u AR -u RANLIB -u STRIP -u CC ./configure --prefix="$prefix" --host="$gnu-linux" \
  ${cross:+--cross-prefix=$cross} --extra-cflags="$guards" "${x264_flags[@]}"
quietly make -j "$jobs"
quietly make install

say "dav1d"
unpack dav1d
cat > "$work/cross.ini" <<INI
[binaries]
c = '$CC'
cpp = '$CXX'
ar = '$AR'
strip = '$STRIP'
pkg-config = 'pkg-config'
[host_machine]
system = 'linux'
cpu_family = '$gnu'
cpu = '$gnu'
endian = 'little'
INI
quietly meson setup out --prefix="$prefix" --libdir=lib --buildtype=release --default-library=static \
  -Denable_tools=false -Denable_tests=false -Dc_args="$guards" ${cross:+--cross-file "$work/cross.ini"}
quietly ninja -C out -j "$jobs" install

say "zimg"
unpack zimg
quietly ./autogen.sh
quietly ./configure --prefix="$prefix" --host="$gnu-linux-gnu" --enable-static --disable-shared
quietly make -j "$jobs"
quietly make install

say "FFmpeg"
unpack ffmpeg
components=()
while read -r kind names; do
  for name in $names; do components+=("$kind=$name"); done
done < <(sed 's/#.*//; /^ *$/d' "$here/components.txt")

ffmpeg_flags=(
  --prefix=/opt                       # where Lambda and the image put it: no path of this machine is kept inside
  --extra-version="millrace-$build_id"
  --arch="$gnu" --target-os=linux --cc="$CC" --cxx="$CXX" --ar="$AR" --ranlib="$RANLIB" --strip="$STRIP"
  ${cross:+--enable-cross-compile --cross-prefix="$cross" --pkg-config=pkg-config}
  --enable-gpl                        # x264, and filters of FFmpeg's own
  --disable-everything --disable-autodetect # nothing but components.txt, whatever lies on this machine
  --disable-avdevice --disable-postproc --disable-ffplay --disable-doc --disable-debug
  --enable-libx264 --enable-libdav1d --enable-libzimg
  --enable-zlib                       # compressed headers of MOV and Matroska, PNG
  --enable-pic --extra-cflags="$guards"
  --pkg-config-flags=--static
  # Static: starts in no time, needs nothing of the system. Its address is the kernel's choice all the same.
  --extra-ldexeflags='-static-pie -Wl,-z,relro,-z,now,-z,noexecstack,--build-id=none'
  --extra-libs='-lpthread -lm -lstdc++'
)
# CFLAGS of the libraries would be added to FFmpeg's own.
quietly env -u CFLAGS -u CXXFLAGS ./configure "${ffmpeg_flags[@]}" "${components[@]/#/--enable-}"
# configure drops what it can't build without a word.
for component in "${components[@]}"; do
  kind=${component%%=*} name=${component#*=}
  if ! grep -qix "#define CONFIG_${name}_$kind 1" config_components.h; then
    echo "FFmpeg's configure left out the $kind $name." >&2
    exit 1
  fi
done
quietly make -j "$jobs" ffmpeg ffprobe

say "packing"
stage=$work/stage
about=$stage/share/millrace
mkdir -p "$stage/bin" "$about/licences"
cp ffmpeg ffprobe "$stage/bin/"
cp COPYING.GPLv2 "$about/licences/ffmpeg-COPYING.GPLv2"
cp LICENSE.md "$about/licences/ffmpeg-LICENSE.md"
for name in x264 dav1d zimg; do cp "$work/$name/COPYING" "$about/licences/$name-COPYING"; done
cp "$work/zlib/LICENSE" "$about/licences/zlib-LICENSE"
cp "$here/SOURCES.md" "$about/"
cp "$here/build.sh" "$here/fetch.sh" "$here/sources.txt" "$here/components.txt" "$about/"

list() {
  printf '%s\n' "$@" | sed 's/"/\\"/g; s/.*/    "&"/; $!s/$/,/'
}
sum_of() {
  sha256sum "$1" | cut -d ' ' -f 1
}
{
  echo "{"
  echo "  \"build\": \"$build_id\","
  echo "  \"architecture\": \"$arch\","
  echo "  \"sources\": ["
  list "$(grep -v '^#\|^ *$' "$here/sources.txt" | awk '{ print $1 " " $2 " sha256:" $3 }')"
  echo "  ],"
  echo "  \"compiler\": \"$("$CC" --version | head -n 1)\","
  echo "  \"programs\": ["
  list "bin/ffmpeg sha256:$(sum_of "$stage/bin/ffmpeg")" "bin/ffprobe sha256:$(sum_of "$stage/bin/ffprobe")"
  echo "  ],"
  echo "  \"components\": ["
  # With all that was asked for, and all that it needed.
  list "$(sed -n 's/^#define CONFIG_\([A-Z0-9_]*\)_\([A-Z]*\) 1$/\2 \1/p' config_components.h |
    tr '[:upper:]' '[:lower:]' | sort)"
  echo "  ]"
  echo "}"
} > "$about/manifest.json"

# The same modes, the same times and the same order whenever it is packed.
chmod -R u=rwX,go=rX "$stage"
chmod 644 "$about"/*.* "$about"/licences/*
find "$stage" -exec touch --no-dereference --date=2020-01-01T00:00:00Z {} +
(cd "$stage" && find . -type f | sort | zip -q -X -9 -@ "$work/layer.zip")

# Lambda takes 250 MB of layers; a cold start takes every byte.
most=$((16 * 1024 * 1024))
bytes=$(stat --format=%s "$work/layer.zip")
if [ "$bytes" -gt "$most" ]; then
  echo "The layer has $bytes bytes, more than $most." >&2
  exit 1
fi
rm -rf "$out"
mv "$stage" "$out"
mv "$work/layer.zip" "$zip_file"
rm -rf "$work"
say "$zip_file, $bytes bytes, build $build_id"
