import { UsageError } from './usage.ts';

/** `connections server`: ask a server itself. */
export interface ServerCommand {
  readonly kind: 'server';
  /**
   * A URI, or libpq's `keyword=value …`; it may hold a password. Undefined = what PG* variables name, else the server of the
   * log that was found.
   */
  readonly uri: string | undefined;
  readonly json: boolean;
  readonly watch: boolean;
}

/**
 * The command of its words. Throws a UsageError that does not repeat what is wrong, for a URI may hold a password.
 * `hasOthers`: options or filters of other commands were given.
 */
export function serverCommandOf(
  given: Pick<ServerCommand, 'json' | 'watch'> & {
    readonly uris: readonly string[];
    readonly hasOthers: boolean;
  },
): ServerCommand {
  const { json, watch, hasOthers } = given;
  const [uri, second] = given.uris;
  if (hasOthers)
    throw new UsageError(
      '“server” asks the server itself and takes a URI, --json and --watch: leave the rest away.',
    );
  if (second !== undefined && given.uris.some((each) => !isUri(each)))
    throw new UsageError(
      'A connection string is one argument: put it into quotes, such as "host=db.example dbname=shop".',
    );
  if (second !== undefined)
    throw new UsageError('“server” asks one server: give one URI, or none for the server of the log found.');
  if (uri !== undefined && !isUri(uri) && !uri.includes('='))
    throw new UsageError(
      'A server is named by a URI: write one such as postgresql://user@host:5432/database, or none for the server of the log found.',
    );
  return { kind: 'server', uri, json, watch };
}

function isUri(text: string): boolean {
  return /^postgres(?:ql)?:\/\//iu.test(text);
}
