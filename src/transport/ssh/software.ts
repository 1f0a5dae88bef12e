/** What the other side of a connection says it is, as ssh2 keeps it. */
export type WithSoftware = { readonly _remoteVer?: string | undefined };

/** Whether it is OpenSSH, of which more is known than the protocol promises. */
export function isOpenSsh({ _remoteVer: software = '' }: WithSoftware): boolean {
  return software.startsWith('OpenSSH');
}
