/** Where the files of TLS are on the host. */
import type { NginxValues } from './vars.ts';

export type TlsPaths = {
  readonly certificate: string;
  readonly key: string;
  /** The chain for stapling. */
  readonly trusted?: string;
};

/** Paths on the host; undefined when TLS is off. */
export function tlsPaths(v: NginxValues): TlsPaths | undefined {
  const {
    nginx_conf_ssl_certificate: certificate,
    nginx_conf_ssl_certificate_key: key,
    nginx_conf_ssl_trusted_certificate: trusted,
  } = v;
  if (certificate === undefined || key === undefined) return undefined;
  return {
    certificate: onHost(v, certificate),
    key: onHost(v, key),
    ...(trusted === undefined ? {} : { trusted: onHost(v, trusted) }),
  };
}

function onHost(v: NginxValues, path: string): string {
  return path.startsWith('/') ? path : `${v.nginx_ssl_conf_dir}/${path}`;
}
