/** A client or server connection of PgBouncer, as it stands before what is said of it (src/objects.c, slog.h). */
export interface PoolerSocket {
  readonly side: 'client' | 'server';
  /** Its address in memory. The next connection may have the same one, at once. */
  readonly pointer: string;
  /** `db/user@peer`, as printed: the same for the two lines of one state of a socket. */
  readonly head: string;
  /** Undefined for `(nodb)` and `(nouser)`: not known yet. */
  readonly database?: string | undefined;
  readonly user?: string | undefined;
  /** Address of the other end; `[local]` for a Unix socket, which has no port. */
  readonly remoteHost?: string | undefined;
  readonly remotePort?: number | undefined;
}

/** What a line of PgBouncer's log tells of connections. */
export type PoolerMessage =
  /** A client said who it wants to be; its password is not checked yet, and nothing tells when it is let in. */
  | {
      readonly kind: 'loginAttempt';
      readonly socket: PoolerSocket;
      /** `TLSv1.3/TLS_AES_256_GCM_SHA384` */
      readonly tls?: string | undefined;
      readonly replication: boolean;
    }
  | { readonly kind: 'newServerConnection'; readonly socket: PoolerSocket }
  | {
      readonly kind: 'closing';
      readonly socket: PoolerSocket;
      readonly reason: string;
      /** Whole seconds since the connection was made. */
      readonly ageS: number;
    }
  /** What a client was told, after it was closed for it or because its command failed. */
  | { readonly kind: 'poolerError'; readonly socket: PoolerSocket; readonly reason: string }
  /** `severity message` of PostgreSQL. */
  | { readonly kind: 'serverLoginFailed'; readonly reason: string }
  | { readonly kind: 'processUp'; readonly version: string }
  /** The process ends now: whoever is still connected is not any more, and no line says so. */
  | { readonly kind: 'processEnds' }
  | { readonly kind: 'listening'; readonly port: number };

const socketStart = /^([CS])-(0x[0-9a-f]{1,16}): /;
const peer =
  /@(?:unix(?:\(\d+\))?:\d+|\[([0-9A-Fa-f:.%]+)\]:(\d{1,5})|([^\s@[\]]{1,255}):(\d{1,5})|peer-\d+)$/;
const exits = [
  /^server connections dropped, exiting/,
  /^got SIG(?:TERM|QUIT), fast exit/,
  /^got SIGINT while shutting down, fast exit/,
];

/**
 * Reads a message of PgBouncer's log; undefined when it is none that matters. Names are not quoted and may hold any
 * text: a login attempt says them twice, and `headOf` tells how the socket of a pointer was printed before.
 */
export function parsePoolerMessage(
  message: string,
  headOf: (pointer: string) => string | undefined = () => undefined,
): PoolerMessage | undefined {
  const start = socketStart.exec(message);
  if (start) {
    const side = start[1] === 'C' ? 'client' : 'server';
    const pointer = start[2] ?? '';
    return ofSocket(side, pointer, message.slice(start[0].length), headOf(pointer));
  }
  const [, version] = /^process up: PgBouncer (\S+?),/i.exec(message) ?? [];
  if (version !== undefined) return { kind: 'processUp', version };
  if (exits.some((exit) => exit.test(message))) return { kind: 'processEnds' };
  const [, reason] = /^server login failed: ([^]*)$/.exec(message) ?? [];
  if (reason !== undefined) return { kind: 'serverLoginFailed', reason };
  const [, port] = /^listening on (?!unix:).*:(\d{1,5})$/.exec(message) ?? [];
  return port === undefined ? undefined : { kind: 'listening', port: Number(port) };
}

function ofSocket(
  side: PoolerSocket['side'],
  pointer: string,
  text: string,
  knownHead: string | undefined,
): PoolerMessage | undefined {
  const socketOf = (head: string): PoolerSocket | undefined => {
    const end = peerOf(head);
    return end && { side, pointer, head, ...end, ...namesOf(head.slice(0, head.lastIndexOf('@'))) };
  };
  const attempt = readLoginAttempt(text, socketOf);
  if (attempt) return attempt;
  for (const between of [' closing because: ', ' pooler error: ', ' new connection to server']) {
    const places =
      knownHead !== undefined && text.startsWith(knownHead + between)
        ? [knownHead.length]
        : placesOf(between, text);
    for (const at of places) {
      const socket = socketOf(text.slice(0, at));
      const said = socket && readSaid(between, socket, text.slice(at + between.length));
      if (said) return said;
    }
  }
  return undefined;
}

/** Every place of a text in another, the last first. */
function placesOf(wanted: string, text: string): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(wanted); at >= 0 && places.length < 16; at = text.indexOf(wanted, at + 1))
    places.unshift(at);
  return places;
}

function readSaid(between: string, socket: PoolerSocket, text: string): PoolerMessage | undefined {
  switch (between) {
    case ' closing because: ': {
      const [, reason, age] = /^([^]*) \(age=(\d{1,10})s?\)$/.exec(text) ?? [];
      return reason === undefined ? undefined : { kind: 'closing', socket, reason, ageS: Number(age) };
    }
    case ' pooler error: ':
      return { kind: 'poolerError', socket, reason: text };
    default:
      return { kind: 'newServerConnection', socket };
  }
}

type SocketOf = (head: string) => PoolerSocket | undefined;

/** `db/user@peer login attempt: db=D user=U tls=…`: the names are those with which both halves agree. */
function readLoginAttempt(text: string, socketOf: SocketOf): PoolerMessage | undefined {
  const between = ' login attempt: db=';
  for (let at = text.indexOf(between); at >= 0; at = text.indexOf(between, at + 1)) {
    const socket = socketOf(text.slice(0, at));
    const [, said, tls, replication = 'no'] =
      /^([^]*) tls=(\S+)(?: replication=(\w+))?$/.exec(text.slice(at + between.length)) ?? [];
    if (!socket || said === undefined) continue;
    const printed = socket.head.slice(0, socket.head.lastIndexOf('@'));
    for (let user = said.indexOf(' user='); user >= 0; user = said.indexOf(' user=', user + 1)) {
      const names = { database: said.slice(0, user), user: said.slice(user + ' user='.length) };
      const halves = [
        `${names.database}/${names.user}`,
        `(nodb)/${names.user}`,
        `${names.database}/(nouser)`,
      ];
      if ([...halves, '(nodb)/(nouser)'].includes(printed))
        return {
          kind: 'loginAttempt',
          socket: { ...socket, ...names },
          tls: tls === 'no' ? undefined : tls,
          replication: replication !== 'no',
        };
    }
  }
  return undefined;
}

function peerOf(head: string): Pick<PoolerSocket, 'remoteHost' | 'remotePort'> | undefined {
  const match = peer.exec(head);
  if (!match) return undefined;
  const [whole, ip6, port6, host, port] = match;
  if (whole.startsWith('@unix')) return { remoteHost: '[local]' };
  if (ip6 !== undefined) return { remoteHost: ip6, remotePort: Number(port6) };
  return { remoteHost: host, remotePort: port === undefined ? undefined : Number(port) };
}

/** `db/user`, at the first slash: a user is more likely to have one than a database. */
function namesOf(names: string): Pick<PoolerSocket, 'database' | 'user'> {
  const slash = names.indexOf('/');
  if (slash < 0) return {};
  const database = names.slice(0, slash);
  const user = names.slice(slash + 1);
  return {
    database: database === '(nodb)' ? undefined : database,
    user: user === '(nouser)' ? undefined : user,
  };
}
