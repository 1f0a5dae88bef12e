#!/usr/bin/env bash
# Keeps one comment on a pull request: makes it, changes it, or takes it away where nothing changes any more.
# Usage: github-comment.sh FILE     FILE: what gatdeploy plan --markdown wrote; it may be missing
# Needs gh and jq, which GitHub's runners have, GH_TOKEN, GITHUB_REPOSITORY and PULL_REQUEST.
set -euo pipefail
file=$1
comments="repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments"
stacks=${STACKS:-galaxy pulsar}
read -ra stacks <<<"${stacks//$'\n'/ }"
marker="<!-- gatdeploy-plan: ${stacks[*]} -->"

# Anybody can write the marker; only what this token has written is its own.
me=$(gh api graphql --field query='{viewer{login}}' | jq -r .data.viewer.login)
own='[.[][] | select(.user.login == $me and (.body | startswith($marker))) | .id][0] // empty'
id=$(gh api --paginate "$comments?per_page=100" | jq -rs --arg marker "$marker" --arg me "$me" "$own")

if [ -s "$file" ] && [ -n "$id" ]; then
  gh api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" --field "body=@$file" >/dev/null
elif [ -s "$file" ]; then
  gh api --method POST "$comments" --field "body=@$file" >/dev/null
elif [ -n "$id" ]; then
  gh api --method DELETE "repos/$GITHUB_REPOSITORY/issues/comments/$id" >/dev/null
fi
