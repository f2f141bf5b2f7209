/** What stands for the list of hosts where only one is understood. */
const standIn = 'several.invalid';

/**
 * A URI of several hosts, `postgresql://user@a:1,b:2/database` (manual, 34.1.1.3), with one in their place, as everything
 * but libpq knows URIs of one host only; `hosts` = their list as it was written, undefined where there are not several.
 */
export function withOneHost(uri: string): { readonly uri: string; readonly hosts: string | undefined } {
  const [, before = '', hosts = '', after = ''] = /^(\w+:\/\/(?:[^/?#@]*@)?)([^/?#]*)(.*)$/su.exec(uri) ?? [];
  return hosts.includes(',') ? { uri: `${before}${standIn}${after}`, hosts } : { uri, hosts: undefined };
}

/** The several hosts in the place of the one that stood for them. */
export function withHosts(uri: string, hosts: string | undefined): string {
  if (hosts === undefined) return uri;
  const { host, before } = /^(?<before>\w+:\/\/(?:[^/?#@]*@)?)(?<host>[^/?#]*)/su.exec(uri)?.groups ?? {};
  return host === standIn
    ? `${before ?? ''}${hosts}${uri.slice((before ?? '').length + standIn.length)}`
    : uri;
}
