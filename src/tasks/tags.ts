/** Which tasks run by their tags. See Ansible's "Tags". */

/** `--tags` and `--skip-tags`. */
export type TagFilter = { readonly only: readonly string[]; readonly skip: readonly string[] };

/** Whether a task with these tags (its blocks' and play's included) runs. */
export function isTagged(tags: readonly string[], { only, skip }: TagFilter): boolean {
  const wanted = only.length === 0 ? ['all'] : only;
  return isWanted(tags, wanted) && !isSkipped(tags, skip);
}

function isWanted(tags: readonly string[], wanted: readonly string[]): boolean {
  if (tags.includes('always')) return true;
  if (tags.some((tag) => wanted.includes(tag))) return true;
  if (tags.includes('never')) return false;
  if (wanted.includes('all')) return true;
  return wanted.includes(tags.length > 0 ? 'tagged' : 'untagged');
}

function isSkipped(tags: readonly string[], skip: readonly string[]): boolean {
  if (tags.some((tag) => skip.includes(tag))) return true;
  if (skip.includes('all') && !tags.includes('always')) return true;
  return skip.includes(tags.length > 0 ? 'tagged' : 'untagged');
}
