/** What one resource offers to others across roles and hosts; names are made here, never spelt by hand. */

/** A promise such as `certificate:galaxy.example.org@gat-1`; whoever requires it comes after whoever provides it. */
export type Capability = string & { readonly __capability: never };

const capability = (text: string): Capability => text as Capability;

/** Something answers HTTP on port 80 of the host, with the ACME challenge directory. */
export const http = (host: string): Capability => capability(`http:80@${host}`);

/** The certificate of the domain and its key copies are on the host. */
export const certificate = (host: string): Capability => capability(`certificate@${host}`);

/** The key copy that is readable by one user is on the host. */
export const sharedKey = (host: string, user: string): Capability => capability(`shared-key:${user}@${host}`);

/** The user can log in to the virtual host of the broker on the host. */
export const amqp = (host: string, vhost: string, user: string): Capability =>
  capability(`amqp:${host}/${vhost}/${user}`);

/** The PostgreSQL server of the host answers. */
export const postgresqlServer = (host: string): Capability => capability(`postgresql@${host}`);

/** The database is there, on the host's server. */
export const database = (host: string, name: string): Capability => capability(`database:${name}@${host}`);

/** The CVMFS client of the host is ready to mount repositories. */
export const cvmfs = (host: string): Capability => capability(`cvmfs@${host}`);

/** The operating-system user exists on the host. */
export const osUser = (host: string, user: string): Capability => capability(`user:${user}@${host}`);

/** What a task declared on another host is done. */
export const taskDone = (resource: string, host: string): Capability => capability(`task:${resource}@${host}`);
