/** nginx's sites: of the project's templates, or built in. */
import { GatError } from '../../base/errors.ts';
import type { Text } from '../../base/secret.ts';
import { template } from '../../render/template.ts';
import { nginxConfig, type Resource } from '../../resources/index.ts';
import type { PutAside } from '../../resources/nginx-config.ts';
import type { Advice } from '../advice.ts';
import type { HostContext } from '../role.ts';
import { needsVariable, noTemplate } from './errors.ts';
import type { NginxValues } from './vars.ts';

export type SitesOptions = {
  readonly names: readonly string[];
  /** The variable that lists them, for errors. */
  readonly variable: string;
  readonly after: readonly Resource[];
  readonly putAside?: readonly PutAside[];
  readonly needs?: readonly string[];
};

/** Declares sites, each with the link that enables it. @throws GatError nginx/no-template, nginx/needs-variable */
export function declareSites(v: NginxValues, host: HostContext, options: SitesOptions): readonly Resource[] {
  return options.names.map((name) => {
    return nginxConfig(availablePath(v, name), {
      content: siteContent(v, host, { name, variable: options.variable }),
      enabledBy: enabledPath(v, name),
      folder: v.nginx_conf_dir,
      after: options.after,
      ...(options.putAside === undefined ? {} : { putAside: options.putAside }),
      ...(options.needs === undefined ? {} : { needs: options.needs }),
    });
  });
}

/** Where the link of a site is. */
export function enabledPath(v: NginxValues, name: string): string {
  return `${v.nginx_conf_dir}/sites-enabled/${baseName(name)}`;
}

function availablePath(v: NginxValues, name: string): string {
  return `${v.nginx_conf_dir}/sites-available/${baseName(name)}`;
}

function baseName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** The text of a site. @throws GatError nginx/no-template, nginx/needs-variable */
export function siteContent(v: NginxValues, host: HostContext, site: Omit<Site, 'path'>): Text {
  return renderSite(v, host, { ...site, path: templatePath(v, site.name) });
}

function templatePath(v: NginxValues, name: string): string {
  return `${v.nginx_server_src_dir}/${name}.j2`;
}

/** Ansible would stop for want of the template; whoever lost it should hear that another one is used. */
export function builtInAdvice(v: NginxValues, host: HostContext): readonly Advice[] {
  return (['nginx_servers', 'nginx_ssl_servers'] as const).flatMap((variable) => {
    const position = host.positionOf(variable);
    if (!position) return [];
    const missing = v[variable].filter((name) => BUILT_IN[name] && !exists(templatePath(v, name), host));
    return missing.map((name) => ({
      code: 'nginx/built-in-site',
      variable,
      position,
      text: `the project has no ${templatePath(v, name)}, without which Ansible fails: the site ${name} is gatdeploy's own`,
      fix: `if that is not meant, add ${templatePath(v, name)}`,
    }));
  });
}

function exists(path: string, host: HostContext): boolean {
  try {
    host.readFile(path);
    return true;
  } catch (error) {
    return !isMissing(error);
  }
}

type Site = { readonly name: string; readonly path: string; readonly variable: string };

function renderSite(v: NginxValues, host: HostContext, site: Site): Text {
  try {
    return host.renderTemplate(site.path);
  } catch (error) {
    if (!isMissing(error)) throw error;
    const builtIn = BUILT_IN[site.name];
    if (!builtIn) throw noTemplate(site, host, Object.keys(BUILT_IN));
    return builtIn(v, host);
  }
}

/** Whether the project lacks the template, and not merely something that the template asks for. */
function isMissing(error: unknown): boolean {
  if (!(error instanceof GatError) || error.code !== 'file/unreadable') return false;
  return (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
}

/** Sites for projects that bring no templates, such as the built-in stacks. */
const BUILT_IN: Readonly<Record<string, (v: NginxValues, host: HostContext) => Text>> = {
  'redirect-ssl': (v, host) => {
    if (v.certbot_well_known_root === undefined)
      throw needsVariable('redirect-ssl', 'certbot_well_known_root', host);
    return template('nginx/redirect-ssl.hbs', { root: v.certbot_well_known_root });
  },
  galaxy: (v, host) =>
    template('nginx/galaxy.hbs', {
      serverName: v.certbot_domains[0] ?? host.name,
      upstream: v.nginx_galaxy_upstream.replace(/^unix:\/*/, 'unix:/'),
      tusdPort: v.galaxy_tusd_port ?? 0,
      staticDir: v.nginx_galaxy_static_dir ?? '',
    }),
};
