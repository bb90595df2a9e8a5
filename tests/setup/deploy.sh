#!/usr/bin/env bash
# A deploy that is only tried changes nothing in an account. What it calls is replaced by a script
# that writes down its words.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/scripts" "$folder/node_modules/.bin"
cp "$root/scripts/deploy" "$root/scripts/databases" "$root/scripts/env" "$folder/scripts/"
cp "$root/Cargo.lock" "$root/wrangler.toml" "$folder/"
for name in scripts/setup scripts/build scripts/console node_modules/.bin/wrangler; do
  printf '#!/usr/bin/env bash\necho "%s $*" >>"%s/said"\n' "${name##*/}" "$folder" >"$folder/$name"
  chmod +x "$folder/$name"
done

check() { # what is expected, the words of the deploy
  local expected=$1
  shift
  : >"$folder/said"
  "$folder/scripts/deploy" "$@" >/dev/null
  [ "$(cat "$folder/said")" = "$expected" ] || {
    printf 'scripts/deploy %s\nexpected:\n%s\nbut it ran:\n%s\n' "$*" "$expected" "$(cat "$folder/said")" >&2
    exit 1
  }
}

built="setup 
build 
console "
check "$built
wrangler deploy --env= --dry-run" --dry-run
deployed="$built
wrangler queues create events
wrangler queues create events-dead
wrangler deploy --env=
wrangler d1 migrations apply CALLS --remote --env="
check "$deployed"

# Each database has the same tables.
printf '[[d1_databases]]\nbinding = "CALLS_1"\n# binding = "CALLS_2"\n' >>"$folder/wrangler.toml"
check "$deployed
wrangler d1 migrations apply CALLS_1 --remote --env="
echo "deploy: ok"
