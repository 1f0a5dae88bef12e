/** The filters vault and unvault: a text encrypted with a password that the template gives, as ansible-vault writes it. */
import { Secret } from '../../base/secret.ts';
import { Fault, typeFault } from '../fault.ts';
import { type PluginTable, plugin, type Tools } from '../plugin.ts';
import { readText } from '../python/ambient.ts';
import { isText } from '../python/kinds.ts';
import type { PyValue } from '../python/value.ts';

const HEADER = '$ANSIBLE_VAULT';

export const VAULT_FILTERS: PluginTable = {
  vault: plugin(
    "data, secret, salt=None, vault_id='filter_default', wrap_object=False, vaultid=None",
    (tools, data, secret, _salt, id) =>
      cipherOf(tools).encrypt(textOf(data, 'data'), textOf(secret, 'secret'), textOf(id, 'vault_id')),
  ),
  unvault: plugin("vault, secret, vault_id='filter_default', vaultid=None", (tools, vault, secret) => {
    const text = textOf(vault, 'vault');
    const password = textOf(secret, 'secret');
    if (!text.startsWith(HEADER)) return text;
    const plain = cipherOf(tools).decrypt(text, password);
    if (plain === undefined)
      throw new Fault('other', 'unvault cannot decrypt: the password does not fit, or the text is broken');
    return new Secret(plain);
  }),
};

function cipherOf(tools: Tools) {
  const { vault } = tools.access;
  if (!vault) throw new Fault('forbidden', 'vault and unvault are not available here');
  return vault;
}

function textOf(value: PyValue, name: string): string {
  if (!isText(value)) throw typeFault(`${name} of a vault filter must be a string`);
  return readText(value);
}
