import { SentenceError } from '../core/sentence.ts';
import { withHosts, withOneHost } from '../core/server/severalHosts.ts';

/** What was wished: the followed log's own server, or one that a URI (without its password) and the environment name. */
export type ServerWish = 'log' | { readonly uri: string };

/**
 * The wish and the password that its URI holds: a URI never is kept with it. Throws a SentenceError that shows nothing of
 * what is no URI.
 */
export function withoutPassword(wish: ServerWish): { plain: ServerWish; password?: string } {
  if (wish === 'log') return { plain: wish };
  const { uri, hosts } = withOneHost(wish.uri);
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  // an `@` behind the host is the end of a password that holds a `/`; neither is shown, nor kept
  if (url === undefined || url.pathname.includes('@'))
    throw new SentenceError(
      'This is no URI: write it like postgresql://user@host:5432/database, with %40 and %2F for @ and / in a password.',
    );
  const password = decoded(url.password) || (url.searchParams.get('password') ?? '');
  url.password = '';
  url.searchParams.delete('password');
  return password === '' ? { plain: wish } : { plain: { uri: withHosts(url.toString(), hosts) }, password };
}

/** Under which name the editor's secret storage has the password of a URI (without its password). */
export function secretOf(uri: string): string {
  return `password of ${uri}`;
}

/** A `%` that encodes nothing is one. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
