# What the stories share: a sandbox of their own in a folder of their own, and both gone at the end.
# A story sources this file; it is not run by itself.
set -euo pipefail

STORY=$(cd "$(dirname "$0")" && pwd)
EXAMPLES=$(dirname "$STORY")
VENV_ENGINE=$EXAMPLES/../.venv/bin/rules-engine
[ -x "$VENV_ENGINE" ] || VENV_ENGINE=$(command -v rules-engine || true)
ENGINE=${RULES_ENGINE:-$VENV_ENGINE}
[ -x "$ENGINE" ] || { echo "error: there is no rules-engine; run \`make install\` in the project's folder first" >&2; exit 1; }
ENGINE=$(cd "$(dirname "$ENGINE")" && pwd)/$(basename "$ENGINE")
PYTHON=$(dirname "$ENGINE")/python
[ -x "$PYTHON" ] || PYTHON=python3

STAGE=$(mktemp -d)
SANDBOX=
leave() {
  [ -z "$SANDBOX" ] || kill "$SANDBOX" 2>/dev/null || true
  rm -rf "$STAGE"
}
trap leave EXIT

step() { printf '\n== %s\n' "$*"; }

# The rules engine with the story's rules and a store that is thrown away. What it logs goes to a file.
engine() { (cd "$STAGE" && "$ENGINE" "$@" 2>>log); }

run() { engine run --rules "$STORY/rules.yaml" "$@"; }

# One request to the sandbox, as somebody in Dashtrack would send it: `ask` prints the answer, `send` the request.
ask() { "$PYTHON" "$EXAMPLES/ask.py" "$@"; }
send() { echo "$*"; ask "$@" >/dev/null; }

# expect WHAT WANTED FOUND
expect() {
  if [ "$2" != "$3" ]; then
    echo "FAILED: $1: $3, not $2" >&2
    echo "What the engine logged:" >&2
    cat "$STAGE/log" >&2
    exit 1
  fi
  echo "as it should be: $1: $3"
}

"$ENGINE" sandbox serve --seed agency --port 0 --control >"$STAGE/environment" 2>"$STAGE/sandbox-log" &
SANDBOX=$!
for _ in $(seq 100); do
  grep -q DASHTRACK_API_KEY "$STAGE/environment" && break
  kill -0 "$SANDBOX" 2>/dev/null || break
  sleep 0.1
done
grep -q DASHTRACK_API_KEY "$STAGE/environment" || { cat "$STAGE/sandbox-log" >&2; exit 1; }
. "$STAGE/environment"
unset RULES_ENGINE_STORE

# Owen Pryce (Bluebell Florists), and the project Sales: the seed is the same every time.
LEAD=e6ad9755-4b8e-461c-b9dc-f28391b45386
SALES=84c5d585-0bec-40aa-bfab-0ca9f7e7e509
