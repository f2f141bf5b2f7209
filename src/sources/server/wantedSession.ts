import { sentence } from '../../core/sentence.ts';
import type { Conninfo } from './conninfo.ts';
import { ServerProblem } from './serverProblem.ts';

/** What a server has to be for `target_session_attrs`. */
export type WantedSession = 'primary' | 'standby' | 'read-write' | 'read-only';

/** What a server is: it follows another one, and writes nothing unless a session asks for it. */
export interface SessionKind {
  readonly isStandby: boolean;
  readonly isReadOnly: boolean;
}

const fits: Readonly<Record<WantedSession, (kind: SessionKind) => boolean>> = {
  primary: ({ isStandby }) => !isStandby,
  standby: ({ isStandby }) => isStandby,
  'read-write': ({ isStandby, isReadOnly }) => !isStandby && !isReadOnly,
  'read-only': ({ isStandby, isReadOnly }) => isStandby || isReadOnly,
};

/**
 * What `target_session_attrs` asks of the servers that are named (manual, 34.1.2), in rounds through all of them;
 * undefined = any will do. Throws a ServerProblem for what is none.
 */
export function wantedSessions(conninfo: Conninfo): (WantedSession | undefined)[] {
  const asked = conninfo.get('target_session_attrs') ?? '';
  if (asked === '' || asked === 'any') return [undefined];
  if (asked === 'prefer-standby') return ['standby', undefined];
  if (Object.hasOwn(fits, asked)) return [asked as WantedSession];
  throw new ServerProblem(
    'refused',
    sentence(
      'There is no target_session_attrs "{0}": use any, read-write, read-only, primary, standby or prefer-standby.',
      asked,
    ),
  );
}

/** It is another kind of server than was asked for: the next one that is named may be of that kind. */
export class OtherKind extends ServerProblem {}

/** Throws an OtherKind. */
export function requireWanted(kind: SessionKind, wanted: WantedSession | undefined, at: string): void {
  if (wanted === undefined || fits[wanted](kind)) return;
  throw new OtherKind(
    'refused',
    sentence(
      '{0} is not what target_session_attrs={1} asks for: name the other servers as well, or leave that away.',
      at,
      wanted,
    ),
  );
}
