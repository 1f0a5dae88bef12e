#!/usr/bin/env bash
# Keeps one note on a merge request: makes it, changes it, or takes it away where nothing changes any more.
# Usage: gitlab-comment.sh FILE     FILE: what gatdeploy plan --markdown wrote; it may be missing
# Needs curl and jq, a project access token in GITLAB_TOKEN, and GitLab's own CI_* variables.
set -euo pipefail
file=$1
notes="$CI_API_V4_URL/projects/$CI_PROJECT_ID/merge_requests/$CI_MERGE_REQUEST_IID/notes"
marker="<!-- gatdeploy-plan: ${STACKS:-galaxy pulsar} -->"

# The token goes in by a pipe, so that no list of processes shows it.
api() {
  curl -sSf --config <(printf 'header = "PRIVATE-TOKEN: %s"\n' "$GITLAB_TOKEN") "$@"
}

id=$(api "$notes?per_page=100" | jq -r --arg marker "$marker" '[.[] | select(.body | startswith($marker)) | .id][0] // empty')

if [ -s "$file" ] && [ -n "$id" ]; then
  api --request PUT --form "body=<$file" "$notes/$id" >/dev/null
elif [ -s "$file" ]; then
  api --request POST --form "body=<$file" "$notes" >/dev/null
elif [ -n "$id" ]; then
  api --request DELETE "$notes/$id" >/dev/null
fi
