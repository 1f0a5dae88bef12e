# For the other scripts: runs a step with one calm line about it, and shows all its output when it fails.
step() {
  local title=$1 started=$EPOCHREALTIME output code=0
  shift
  output=$(mktemp)
  "$@" >"$output" 2>&1 </dev/null || code=$?
  printf '%-52s %s\n' "$title" "$([ "$code" = 0 ] && echo ok || echo FAILED), $(seconds_since "$started") s"
  [ "$code" = 0 ] || cat "$output"
  rm -f "$output"
  return "$code"
}

# Seconds since a moment of $EPOCHREALTIME, with one decimal.
seconds_since() {
  awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }'
}
