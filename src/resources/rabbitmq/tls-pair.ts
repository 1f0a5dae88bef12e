/** Whether a broker could use its certificate and key; a broker started with a pair that doesn't fit runs, refuses every handshake and writes the key into its log. */
import { type Script, sh, steps } from '../../base/shell.ts';

export type TlsPair = {
  readonly certfile: string;
  readonly keyfile: string;
  readonly cacertfile?: string;
  /** Ids of groups that the service has beside those of its user. */
  readonly groups?: readonly string[];
};

/** A script that fails, and says why, unless the pair is good and user rabbitmq can read it. */
export function checkTlsPair({ certfile, keyfile, cacertfile, groups = [] }: TlsPair): Script {
  const files = [certfile, keyfile, ...(cacertfile === undefined ? [] : [cacertfile])];
  const as =
    groups.length === 0
      ? sh`setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups`
      : sh`setpriv --reuid=rabbitmq --regid=rabbitmq --groups=${groups.join(',')}`;
  return steps(
    sh`for gd_file in ${files}; do
test -f "$gd_file" || { echo "$gd_file is missing: the broker would refuse to start" >&2; exit 1; }
${as} -- test -r "$gd_file" || { echo "user rabbitmq cannot read $gd_file: share the key with it (certbot_share_key_users)" >&2; exit 1; }
done`,
    sh`gd_public=$(openssl x509 -in ${certfile} -noout -pubkey) || { echo ${`${certfile} holds no certificate`} >&2; exit 1; }
test "$gd_public" = "$(openssl pkey -in ${keyfile} -pubout)" || { echo ${`${keyfile} is not the key of ${certfile}`} >&2; exit 1; }
openssl x509 -in ${certfile} -noout -checkend 0 >/dev/null || { echo ${`${certfile} has expired`} >&2; exit 1; }`,
    cacertfile !== undefined &&
      sh`openssl verify -partial_chain -no_check_time -CAfile ${cacertfile} ${certfile} >/dev/null || { echo ${`${cacertfile} does not hold the issuer of ${certfile}`} >&2; exit 1; }`,
  );
}
