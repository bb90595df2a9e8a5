#!/usr/bin/env bash
# Where scripts/setup gets the two compiled tools from: this machine, cargo binstall, the compiler.
# cargo here is a stand-in that notes what it was asked; nothing is fetched.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
source "$here/scripts/env"
real_cargo=$(command -v cargo)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

program() { # path, what it prints for --version
  mkdir -p "$(dirname "$1")"
  printf '#!/bin/sh\necho "%s"\n' "$2" >"$1"
  chmod +x "$1"
}
# A cargo that installs the programs of a crate, and has binstall when $folder/binstall is there.
stand_in() {
  mkdir -p "$folder/bin"
  cat >"$folder/bin/cargo" <<STUB
#!/usr/bin/env bash
case "\$1" in
  binstall) [ -e "$folder/binstall" ] || exit 101; [ "\$2" != -V ] || exit 0 ;;
  install) [ ! -e "$folder/broken" ] || exit 3 ;;
  *) exec "$real_cargo" "\$@" ;;
esac
echo "\$*" >>"$folder/asked"
how=\$1
while [ "\$1" != --root ]; do shift; done
root=\$2
[ "\$how" = install ] || [ "\$(cat "$folder/binstall")" != broken ] || exit 1
for name in wasm-bindgen wasm-bindgen-test-runner worker-build; do
  printf '#!/bin/sh\necho made\n' >"\$root/bin/\$name"; chmod +x "\$root/bin/\$name"
done
STUB
  chmod +x "$folder/bin/cargo"
}
setup() {
  rm -rf "$folder/cache" "$folder/asked"
  : >"$folder/asked"
  XDG_CACHE_HOME="$folder/cache" PATH="$folder/bin:$bare_path" "$here/scripts/setup" >"$folder/said" 2>&1 ||
    { cat "$folder/said" >&2; exit 1; }
}
expect() { # what, pattern, file
  grep -Eq "$2" "$3" || { printf 'setup: %s: no /%s/ in\n' "$1" "$2" >&2; cat "$3" >&2; exit 1; }
}
# Without the tools that are installed already.
bare_path=$(printf '%s' "$PATH" | tr : '\n' | grep -v -e "^$wasm_bindgen_dir" -e "^$worker_build_dir" | paste -sd :)
stand_in

setup
expect "nothing is there: compiled" "^install .*wasm-bindgen-cli --version $wasm_bindgen_version" "$folder/asked"
expect "nothing is there: compiled" "^install .*worker-build --version $worker_build_version" "$folder/asked"
expect "says how long" "compiling worker-build .* 4 to 6 minutes" "$folder/said"

echo good >"$folder/binstall"
setup
expect "fetched ready made" "^binstall .*worker-build@$worker_build_version" "$folder/asked"
! grep -q '^install' "$folder/asked" || { echo "setup: compiles what was fetched" >&2; exit 1; }

echo broken >"$folder/binstall"
setup
expect "cannot be fetched: compiled" "^install .*worker-build" "$folder/asked"

rm "$folder/binstall"
: >"$folder/broken"
(setup) 2>/dev/null && { echo "setup: does not tell that a tool cannot be compiled" >&2; exit 1; }
expect "says what failed" "failed: worker-build" "$folder/said"
! grep -q "failed: node_modules" "$folder/said" || { echo "setup: blames what did not fail" >&2; exit 1; }
rm "$folder/broken"

program "$folder/bin/worker-build" "$worker_build_version"
program "$folder/bin/wasm-bindgen" "wasm-bindgen 0.2.1"
program "$folder/bin/wasm-bindgen-test-runner" "wasm-bindgen 0.2.1"
setup
expect "of another version: compiled" "^install .*wasm-bindgen-cli" "$folder/asked"
! grep -q 'worker-build' "$folder/asked" || { echo "setup: installs what is there" >&2; exit 1; }
[ "$("$folder/cache/edge-ivr/tools/worker-build-$worker_build_version/bin/worker-build")" = "$worker_build_version" ]
echo "setup: tools come from where they are" >&2
