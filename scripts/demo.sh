#!/usr/bin/env bash
# From a fresh clone to a proven RabbitMQ and Pulsar on two real Debian hosts of the lab; with --job also to a real Galaxy,
# which sends a job to that Pulsar.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/steps.sh

case ${1:-} in
'') job=no ;;
--job) job=yes ;;
*)
  echo "usage: npm run demo [-- --job]" >&2
  exit 2
  ;;
esac

begin=$EPOCHREALTIME
times=()

# Runs a part of the demo in plain sight and keeps its time.
part() {
  local title=$1 started=$EPOCHREALTIME
  shift
  printf '\n== %s\n   %s\n' "$title" "$*"
  "$@"
  times+=("$(printf '%-34s %6s s' "$title" "$(seconds_since "$started")")")
}

part 'prepare this machine' scripts/setup.sh
part 'make two hosts' node bin/gatdeploy lab up
inventory=$(node bin/gatdeploy lab status --json | node -p 'JSON.parse(fs.readFileSync(0)).inventory')
part 'deploy the Galaxy host' node bin/gatdeploy apply galaxy -i "$inventory"
part 'deploy the Pulsar host' node bin/gatdeploy apply pulsar -i "$inventory"
part 'prove it' node bin/gatdeploy verify galaxy pulsar -i "$inventory"
if [ "$job" = yes ]; then
  part 'install a real Galaxy' node bin/gatdeploy apply galaxy pulsar -i "$inventory" -e galaxy_install_method=pypi
  part 'send a job through it' node bin/gatdeploy verify galaxy --job -i "$inventory" -e galaxy_install_method=pypi
fi

cat <<EOT

What runs now
  galaxy.lab.test   RabbitMQ with TLS on 5671, its certificate from the lab's own CA, nginx on 80 and 443
  pulsar.lab.test   Pulsar, waiting for jobs on its queue of that broker, and a CVMFS client (stand-in)
How it was proven
  gatdeploy verify asked each service from where its clients are: handshake with chain and name, login of each
  user, consumers on each queue, the served certificate, a file behind /cvmfs. Its answers stand above.
$(if [ "$job" = yes ]; then
  echo '  BWA-MEM ran on pulsar.lab.test, sent there by the real Galaxy of galaxy.lab.test through the broker; its output came back.'
else
  echo '  A real Galaxy that sends BWA-MEM to this Pulsar (a few minutes more): npm run demo -- --job'
fi)
Look at it
  node bin/gatdeploy lab ssh pulsar
  node bin/gatdeploy lab ssh galaxy -- sudo rabbitmqctl list_queues -p /pulsar/galaxy_au name consumers
Remove it
  node bin/gatdeploy lab down

EOT
printf '  %s\n' "${times[@]}" "$(printf '%-34s %6s s' 'in all' "$(seconds_since "$begin")")"
