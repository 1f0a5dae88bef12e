/** How a shell on a host ended. */

export type ShellEnd = { readonly code: number | null; readonly signal?: string };
