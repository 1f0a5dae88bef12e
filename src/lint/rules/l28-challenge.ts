/** L28: certbot can prove that the names are ours. */

import type { Certificate, WebServer } from '../facts/certificate.ts';
import { isDomain } from '../facts/certificate.ts';
import { textOf, textsOf } from '../facts/tree.ts';
import type { Found, Rule } from '../rule.ts';

export const challenge: Rule = {
  id: 'L28',
  severity: 'E',
  title:
    '`certbot_agree_tos` is set, the first domain is a public name, and a site on port 80 shows `certbot_well_known_root`',
  why: 'The authority gives no certificate otherwise, and everything that waits for it stops.',
  fix: 'Set `certbot_agree_tos: --agree-tos`, and serve `/.well-known/` from `certbot_well_known_root` in a site of `nginx_servers`.',
  check: ({ certificates, webServers }) =>
    certificates
      .filter(({ isAcme }) => isAcme)
      .flatMap((certificate) => [
        ...terms(certificate),
        ...names(certificate),
        ...webroot(
          certificate,
          webServers.find((one) => one.view === certificate.view),
        ),
      ]),
};

function terms({ view }: Certificate): readonly Found[] {
  if (/--agree-tos/.test(textOf(view.node('certbot_agree_tos')) ?? '')) return [];
  return [
    {
      message: 'certbot_agree_tos is not set, so certbot asks nobody for a certificate',
      at: [view.valueAt('certbot_agree_tos') ?? view.defined('certbot_domains')],
      fix: 'certbot_agree_tos: --agree-tos',
      hosts: [view.host],
    },
  ];
}

function names({ view, domains }: Certificate): readonly Found[] {
  return domains
    .filter((name) => !isDomain(name))
    .map((name) => ({
      // An authority of one's own may do what public ones don't.
      severity: 'W',
      message: `certbot_domains has \`${name}\`, for which no authority gives a certificate; expected a full name such as galaxy.example.org`,
      at: [view.defined('certbot_domains')],
      fix: 'certbot_domains: ["{{ inventory_hostname }}"]',
      hosts: [view.host],
    }));
}

function webroot({ view }: Certificate, server: WebServer | undefined): readonly Found[] {
  const method = textOf(view.node('certbot_auth_method')) ?? '';
  if (!method.includes('--webroot') || view.node('certbot_dns_provider')) return [];
  const root = textOf(view.node('certbot_well_known_root'));
  const common = { fix: 'certbot_well_known_root: /srv/nginx/_well-known_root', hosts: [view.host] };
  if (!root)
    return [
      {
        message: 'certbot_auth_method is --webroot, but certbot_well_known_root is not set',
        at: [view.valueAt('certbot_auth_method')],
        ...common,
      },
    ];
  const sites = server?.plainSites ?? [];
  const other = sites.flatMap(({ name, rendered }) =>
    otherFolder(rendered, root).map((folder) => ({ name, folder })),
  )[0];
  if (other)
    return [
      {
        message: `the site ${other.name} shows /.well-known/ from ${other.folder}, and certbot puts its proof into ${root}`,
        at: [view.valueAt('certbot_well_known_root'), view.defined('nginx_servers')],
        fix: 'location /.well-known/ { root {{ certbot_well_known_root }}; }',
        hosts: [view.host],
      },
    ];
  if (server && textsOf(view.node('nginx_servers')).length + textsOf(view.node('nginx_configs')).length === 0)
    return [
      {
        message: `nginx_servers is empty, so nothing on port 80 shows ${root}, where certbot puts its proof`,
        at: [view.defined('nginx_servers') ?? view.valueAt('certbot_well_known_root')],
        fix: 'nginx_servers: [redirect-ssl]',
        hosts: [view.host],
      },
    ];
  if (sites.length === 0 || sites.some(({ text }) => /well[-_]known/.test(text))) return [];
  return [
    {
      message: `none of the sites on port 80 (${sites.map((one) => one.name).join(', ')}) shows ${root}, where certbot puts its proof`,
      at: [view.defined('nginx_servers'), view.valueAt('certbot_well_known_root')],
      fix: 'location /.well-known/ { root {{ certbot_well_known_root }}; }',
      hosts: [view.host],
    },
  ];
}

/** The folder that a site shows proofs from, where it is another one; `root` is the folder above `.well-known`. */
function otherFolder(site: string, root: string): readonly string[] {
  const plain = site.replace(/#.*$/gm, '');
  const [, path = '', body = ''] = /location\s+[^{]*?(\/\.well-known\S*)\s*\{([^{}]*)\}/.exec(plain) ?? [];
  const [, word, folder] = /\b(root|alias)\s+["']?(\/[^;"'\s$]*)["']?\s*;/.exec(body) ?? [];
  if (folder === undefined || folder.includes('UNKNOWN_')) return [];
  const bare = (one: string) => one.replace(/\/+$/, '');
  const wanted = word === 'root' ? bare(root) : `${bare(root)}${bare(path)}`;
  return bare(folder) === wanted ? [] : [folder];
}
