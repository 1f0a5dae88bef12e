/** What can be a path of a host. */

/** Why this is none; undefined when it is one. Probes print paths in lines, and nothing there expands them. */
export function pathFault(path: string): string | undefined {
  if (!path.startsWith('/')) return 'it must begin with /; neither ~ nor $HOME means anything there';
  return /[\p{Cc}\\]/u.test(path) ? 'it holds a control character or a backslash' : undefined;
}
