#!/usr/bin/env bash
# Keeps one comment on a pull request: makes it, changes it, or takes it away where nothing changes any more.
# Usage: github-comment.sh FILE     FILE: what gatdeploy plan --markdown wrote; it may be missing
# Needs gh and jq, which GitHub's runners have, GH_TOKEN, GITHUB_REPOSITORY and PULL_REQUEST.
set -euo pipefail
file=$1
comments="repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments"
marker="<!-- gatdeploy-plan: ${STACKS:-galaxy pulsar} -->"

id=$(gh api --paginate "$comments" | jq -rs --arg marker "$marker" '[.[][] | select(.body | startswith($marker)) | .id][0] // empty')

if [ -s "$file" ] && [ -n "$id" ]; then
  gh api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" --field "body=@$file" >/dev/null
elif [ -s "$file" ]; then
  gh api --method POST "$comments" --field "body=@$file" >/dev/null
elif [ -n "$id" ]; then
  gh api --method DELETE "repos/$GITHUB_REPOSITORY/issues/comments/$id" >/dev/null
fi
