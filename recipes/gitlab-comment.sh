#!/usr/bin/env bash
# Keeps one note on a merge request: makes it, changes it, or takes it away where nothing changes any more.
# Usage: gitlab-comment.sh FILE     FILE: what gatdeploy plan --markdown wrote; it may be missing
# Needs curl and jq, a project access token in GITLAB_TOKEN, and GitLab's own CI_* variables.
set -euo pipefail
file=$1
notes="$CI_API_V4_URL/projects/$CI_PROJECT_ID/merge_requests/$CI_MERGE_REQUEST_IID/notes"
stacks=${STACKS:-galaxy pulsar}
read -ra stacks <<<"${stacks//$'\n'/ }"
marker="<!-- gatdeploy-plan: ${stacks[*]} -->"

# The token goes in by a pipe, so that no list of processes shows it.
api() {
  curl -sSf --config <(printf 'header = "PRIVATE-TOKEN: %s"\n' "$GITLAB_TOKEN") "$@"
}

# Anybody can write the marker; only what this token has written is its own. A page that is not full is the last one.
me=$(api "$CI_API_V4_URL/user" | jq .id)
own='[.[] | select(.author.id == $me and (.body | startswith($marker))) | .id][0] // empty'
id='' page=0 length=100
while [ -z "$id" ] && [ "$length" -eq 100 ]; do
  page=$((page + 1))
  list=$(api "$notes?sort=asc&per_page=100&page=$page")
  id=$(jq -r --arg marker "$marker" --argjson me "$me" "$own" <<<"$list")
  length=$(jq length <<<"$list")
done

if [ -s "$file" ] && [ -n "$id" ]; then
  api --request PUT --form "body=<$file" "$notes/$id" >/dev/null
elif [ -s "$file" ]; then
  api --request POST --form "body=<$file" "$notes" >/dev/null
elif [ -n "$id" ]; then
  api --request DELETE "$notes/$id" >/dev/null
fi
