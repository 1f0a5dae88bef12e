/** Runs certbot: waits for another one's end, and says what an authority's refusal means. See certbot(1). */
import { type Script, sh } from '../../base/shell.ts';

export type Asking = {
  readonly command: Script;
  /** The certificate with its chain; another certbot may renew it while this one waits. */
  readonly chain: string;
  readonly server: string;
  /** It is asked for only because the old one is near its end. */
  readonly onlyLife: boolean;
};

/** How many times, each after three seconds, another certbot is waited for. */
const LOOKS = 100;

/** A script that gets a certificate, or fails with certbot's words and ours. */
export function askAuthority({ command, chain, server, onlyLife }: Asking): Script {
  return sh`gd_before=$(sha256sum ${chain} 2>/dev/null || true)
gd_looks=0
while gd_code=0; gd_said=$(${command} </dev/null 2>&1) || gd_code=$?; do
  case $gd_said in *'Another instance of Certbot is already running'*) ;; *) break;; esac
  gd_looks=$((gd_looks + 1))
  test "$gd_looks" -le ${LOOKS} || break
  test "$gd_looks" -gt 1 || echo 'another certbot is at work: waiting for its end'
  sleep 3
  ${onlyLife ? sh`test "$(sha256sum ${chain} 2>/dev/null || true)" = "$gd_before" || { echo 'the other one has renewed the certificate'; gd_code=0; break; }` : sh`:`}
done
printf '%s\n' "$gd_said"
if test "$gd_code" != 0; then
${explain(server)}
exit "$gd_code"
fi`;
}

/** The old certificate, where there is one, is untouched by a refusal. */
function explain(server: string): Script {
  return sh`case $gd_said in
*rateLimited* | *'too many certificates'* | *'too many failed'*)
  echo 'why: the authority gives no more certificates for these names for now (its rate limit); one that is there stays in use. While trying things out take certbot_environment: staging' >&2;;
*'binding JWS verification'* | *"'kid'"* | *'key ID'*)
  echo 'why: the authority does not accept certbot_eab_kid and certbot_eab_hmac_key: take both as it has given them to you; some serve for one account only' >&2;;
*externalAccountRequired* | *'external account'*)
  echo 'why: the authority knows its customers: set certbot_eab_kid and certbot_eab_hmac_key to what it has given to you' >&2;;
*CERTIFICATE_VERIFY_FAILED*)
  echo ${`why: this host does not trust the certificate of ${server} itself: add its root to /usr/local/share/ca-certificates`} >&2;;
*'Max retries exceeded'* | *NewConnectionError* | *'Connection refused'* | *'Read timed out'* | *'name resolution'* | *'Name or service not known'*)
  echo ${`why: the authority at ${server} cannot be reached from this host; a certificate that is there stays in use. Try: curl -I ${server}`} >&2;;
*'Some challenges have failed'*)
  echo 'why: the authority could not see the proof: does the name lead to this host, and is port 80 open from the Internet?' >&2;;
esac`;
}
