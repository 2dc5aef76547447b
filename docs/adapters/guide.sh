#!/usr/bin/env bash
# The commands of write-one.md, from a clone to a conversion with an adapter of one's own, with a transcript and the time of each:
#
#     bash docs/adapters/guide.sh [FOLDER]
#
# FOLDER is made, or empty; without one everything happens in a temporary folder, which is removed. `npm run test:pack` runs this, and a test
# holds it against the page. Needs git and the npm registry.
set -euo pipefail

repository=$(cd "$(dirname "$0")/../.." && pwd)
if [ $# -gt 0 ]; then
  mkdir -p "$1"
  [ -z "$(ls -A "$1")" ] || { echo "$1 is not empty" >&2; exit 7; }
  cd "$1"
else
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  cd "$folder"
fi
export NX_TUI=false NO_UPDATE_NOTIFIER=1 npm_config_audit=false npm_config_fund=false

# Shows a command as it is typed, runs it in this shell, and says how long it took. A test runner's variable would make the tests
# report to that runner instead of here.
unset NODE_TEST_CONTEXT
step() {
  local start=$SECONDS
  printf '\n$ %s\n' "$1"
  eval "$1" </dev/null
  printf '  (%d s)\n' $((SECONDS - start))
}

printf '$ git clone ... imgstore\n'
git clone --quiet --depth 1 "file://$repository" imgstore

# Until the first release, packed packages stand for those of the registry.
step 'cd imgstore && npm ci && node tools/build.mjs'
step 'mkdir ../packed && npm pack --silent --workspaces --pack-destination ../packed && cd ..'

# Make one.
step 'npm exec --yes --package=./packed/imgstore-create-adapter-0.1.0.tgz -- create-adapter foo'
step 'cd imgstore-adapter-foo'
step 'npm install --no-save ../packed/imgstore-core-0.1.0.tgz ../packed/imgstore-testkit-0.1.0.tgz'
step 'npm test'

# Use it.
step 'npm pack --silent && cd ..'
step 'mkdir use && cd use && npm init --yes >/dev/null'
step 'npm install ../packed/*.tgz ../imgstore-adapter-foo/*.tgz'
step 'npx imgstore plugins list'
step 'npx imgstore convert --from lmdb --to foo ../imgstore/fixtures/caffe_lmdb train.foo'
step 'npx imgstore inspect train.foo --from foo'
step 'npx imgstore convert --from foo --to tfrecord train.foo train.tfrecord'
step 'npx imgstore plugins doctor foo'

printf '\nfrom the clone to here: %d s\n' "$SECONDS"
