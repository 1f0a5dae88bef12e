/** Which texts may be names of users and hosts: nothing that a shell or ssh would take for something else. */

/** Whether a text may be a user's name on a host; it never begins with `-`. */
export function isUserName(text: string): boolean {
  return /^[\p{L}\p{N}_.][\p{L}\p{N}_.@\\+$-]*$/u.test(text);
}

/** Whether a text may be a host's name or address. */
export function isAddress(text: string): boolean {
  return /^\[?[\p{L}\p{N}_:][\p{L}\p{N}_.:%-]*\]?$/u.test(text);
}
