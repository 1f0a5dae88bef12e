/** What templates may see of the controller; the owner of an evaluation decides, an untrusted project gets less. */

/** How to reach files, the environment and commands. What is left out is forbidden, with a clear error. */
export type LookupAccess = {
  /** Reads a file of the project (or beyond, if the owner allows); undefined when there is none. Paths are absolute. */
  readonly readFile?: (path: string) => Uint8Array | undefined;
  /** Lists the names in a directory. */
  readonly listDirectory?: (path: string) => readonly string[] | undefined;
  /** Says what is at a path. */
  readonly stat?: (path: string) => PathState | undefined;
  /** Writes a file of mode 0600, for the `password` lookup. */
  readonly writeFile?: (path: string, text: string) => void;
  /** Folders in which relative names are searched, the first first: playbook folder, role folder. */
  readonly searchPath: readonly string[];
  /** The value of an environment variable. */
  readonly environment?: (name: string) => string | undefined;
  /** The names of the hosts that patterns select; undefined where a pattern can't be used. */
  readonly selectHosts?: (patterns: readonly string[]) => readonly string[] | undefined;
  /** Runs a shell command and gives its standard output. */
  readonly run?: (command: string) => { readonly code: number; readonly stdout: string; readonly stderr: string };
  /** Fetches a URL. */
  readonly fetch?: (url: string) => string;
  /** The home directory of a user of the controller; without a name that of the one who runs. */
  readonly home?: (user?: string) => string | undefined;
  /** The name of a user of the controller. */
  readonly userName?: (uid: number) => string | undefined;
  /** The controller's own name. */
  readonly machine?: string;
  /** What `ansible_managed` is made of. */
  readonly managed?: string;
  /** Encrypts and decrypts texts with a password that a template gives; undefined when it doesn't fit. */
  readonly vault?: {
    readonly encrypt: (text: string, password: string, id: string) => string;
    readonly decrypt: (text: string, password: string) => string | undefined;
  };
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A number from 0 to below 1, for what has no seed. */
  readonly random: () => number;
};

export type PathState = {
  readonly kind: 'file' | 'directory' | 'other';
  readonly link: boolean;
  /** Names the same file by equal text. */
  readonly identity: string;
  readonly mount: boolean;
  readonly realPath: string;
  /** When it was changed, in milliseconds since 1970. */
  readonly modified?: number;
  readonly uid?: number;
};

/** Nothing of the controller: for texts that nobody vouches for. */
export const NO_ACCESS: LookupAccess = { searchPath: [], now: Date.now, random: Math.random };
