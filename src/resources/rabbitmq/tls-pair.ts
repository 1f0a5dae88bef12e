/** Whether a broker could use its certificate and key; a broker started with a pair that doesn't fit runs, refuses every handshake and writes the key into its log. */
import { type Script, sh, steps } from '../../base/shell.ts';

export type TlsPair = {
  readonly certfile: string;
  readonly keyfile: string;
  readonly cacertfile?: string;
  /** The name by which clients reach the broker; a certificate for others is refused. */
  readonly name?: string;
  /** Ids of groups that the service has beside those of its user. */
  readonly groups?: readonly string[];
};

/** A script that fails, and says why, unless the pair is good and user rabbitmq can read it. */
export function checkTlsPair(pair: TlsPair): Script {
  return steps(
    sh`gd_bad() { echo "$1" >&2; exit 1; }`,
    readable(pair),
    fitting(pair),
    inTime(pair),
    pair.name !== undefined && named(pair.certfile, pair.name),
    pair.cacertfile !== undefined && issued(pair.certfile, pair.cacertfile),
  );
}

function readable({ certfile, keyfile, cacertfile, groups = [] }: TlsPair): Script {
  const files = [certfile, keyfile, ...(cacertfile === undefined ? [] : [cacertfile])];
  const as =
    groups.length === 0
      ? sh`setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups`
      : sh`setpriv --reuid=rabbitmq --regid=rabbitmq --groups=${groups.join(',')}`;
  return sh`for gd_file in ${files}; do
test -f "$gd_file" || gd_bad "$gd_file is missing: the broker would refuse to start"
${as} -- test -r "$gd_file" || gd_bad "user rabbitmq cannot read $gd_file: share the key with it (certbot_share_key_users)"
done`;
}

/** The first certificate of the file is the one that is shown; in a chain that is the wrong way round it is the issuer's. */
function fitting({ certfile, keyfile }: TlsPair): Script {
  return sh`gd_public=$(openssl x509 -in ${certfile} -noout -pubkey 2>/dev/null) || gd_bad ${`${certfile} holds no certificate`}
gd_own=$(openssl pkey -in ${keyfile} -passin pass: -pubout 2>/dev/null) || gd_bad ${`${keyfile} holds no private key that can be read without a password`}
if test "$gd_public" != "$gd_own"; then
  gd_block=; gd_later=
  while IFS= read -r gd_line; do
    gd_block="$gd_block$gd_line
"
    case $gd_line in *'END CERTIFICATE'*)
      test "$(printf %s "$gd_block" | openssl x509 -noout -pubkey 2>/dev/null)" != "$gd_own" || gd_later=yes
      gd_block=;;
    esac
  done <${certfile}
  test -z "$gd_later" || gd_bad ${`${certfile} has its chain in the wrong order: the server's own certificate must be the first`}
  gd_bad ${`${keyfile} is not the key of ${certfile}`}
fi`;
}

function inTime({ certfile }: TlsPair): Script {
  return sh`openssl x509 -in ${certfile} -noout -checkend 0 >/dev/null || gd_bad ${`${certfile} has expired`}
gd_from=$(openssl x509 -in ${certfile} -noout -startdate)
test "$(date -u -d "\${gd_from#notBefore=}" +%s)" -le "$(date +%s)" || gd_bad ${`${certfile} is not valid yet`}" by this host's clock: \${gd_from#notBefore=}"`;
}

function named(certfile: string, name: string): Script {
  return sh`case $(openssl x509 -in ${certfile} -noout -checkhost ${name} 2>/dev/null) in *' does match '*) ;; *)
gd_bad ${`${certfile} is not for ${name}, but for`}" $(openssl x509 -in ${certfile} -noout -ext subjectAltName 2>/dev/null | sed -n 's/^ *DNS:/DNS:/p')";; esac`;
}

function issued(certfile: string, cacertfile: string): Script {
  return sh`openssl verify -partial_chain -no_check_time -CAfile ${cacertfile} ${certfile} >/dev/null 2>&1 || gd_bad ${`${cacertfile} does not hold the issuer of ${certfile}`}`;
}
