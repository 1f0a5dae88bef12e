#!/usr/bin/env bash
# What every pipeline does, whichever it is: lint, plan, and, where it may, apply and verify. Results lie in gatdeploy-out/.
#   STACKS     stacks or playbooks, with spaces or line ends between them (galaxy pulsar)
#   DIRECTORY  the project (.)
#   MODE       untrusted: no vault, no host; plan: against the hosts; apply: plan, apply that plan, verify
#   BASE       another checkout to compare with, for MODE=untrusted
#   GATDEPLOY  the program (gatdeploy)
set -euo pipefail
stacks=${STACKS:-galaxy pulsar}
read -ra stacks <<<"${stacks//$'\n'/ }"
read -ra gatdeploy <<<"${GATDEPLOY:-gatdeploy}"
directory=${DIRECTORY:-.}
mode=${MODE:-untrusted}
out=gatdeploy-out
# What an earlier build left in this folder says nothing of this one; a link that a change brings along leads nowhere.
rm -rf "$out"
mkdir "$out"

run() {
  "${gatdeploy[@]}" "$@" -C "$directory" </dev/null
}

untrusted=()
[ "$mode" != untrusted ] || untrusted=(--untrusted)
run lint "${stacks[@]}" "${untrusted[@]}" --sarif "$out/lint.sarif" --junit "$out/lint.xml"

case $mode in
untrusted)
  base=()
  [ -z "${BASE:-}" ] || base=(--base "$BASE" --diff)
  run plan "${stacks[@]}" --offline --untrusted "${base[@]}" --markdown "$out/plan.md" --junit "$out/plan.xml" --report "$out/plan.html"
  ;;
plan)
  run plan "${stacks[@]}" --diff --markdown "$out/plan.md" --junit "$out/plan.xml" --report "$out/plan.html"
  ;;
apply)
  run plan "${stacks[@]}" --out "$out/change.plan"
  run apply "$out/change.plan" --lock-wait 600 --junit "$out/apply.xml" --report "$out/apply.html"
  run verify "${stacks[@]}" --junit "$out/verify.xml" --report "$out/verify.html"
  ;;
*)
  echo "cannot run in mode $mode: it is untrusted, plan or apply" >&2
  exit 2
  ;;
esac
