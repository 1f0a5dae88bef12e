#!/usr/bin/env bash
# The quick part of the tests, without hosts: format, lint, types, unit tests. TEST_REPORTS names a folder for their JSON.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/steps.sh

scripts/setup.sh --npm
reports=()
[ -z "${TEST_REPORTS:-}" ] || reports=(--reporter=default --reporter=json "--outputFile.json=$TEST_REPORTS/unit.json")

# One process more than processors, for some tests wait; without a lower bound vitest stops processes that still report.
workers=$(($(nproc) + 1))

code=0
step 'format and lint' node_modules/.bin/biome check . || code=1
step 'types' node_modules/.bin/tsc -p . --noEmit || code=1
step 'unit tests' node_modules/.bin/vitest run --project unit "--minWorkers=$workers" "--maxWorkers=$workers" "${reports[@]}" || code=1
exit "$code"
