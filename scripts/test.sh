#!/usr/bin/env bash
# All tests: the quick part, then the real hosts of the lab. Ends with a line that counts them.
set -euo pipefail
cd "$(dirname "$0")/.."

TEST_REPORTS=$(mktemp -d)
export TEST_REPORTS
code=1
finish() {
  echo
  node scripts/count-tests.mjs "$TEST_REPORTS/unit.json" "$TEST_REPORTS/hosts.json"
  rm -rf "$TEST_REPORTS"
  exit "$code"
}
trap finish EXIT

scripts/setup.sh --tests
scripts/check.sh
node_modules/.bin/vitest run --project hosts --reporter=verbose --reporter=json "--outputFile.json=$TEST_REPORTS/hosts.json"
code=0
