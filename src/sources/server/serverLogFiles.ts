import { matchesStem, stemOf } from '../../core/log/logFiles.ts';
import { sentence } from '../../core/sentence.ts';
import type { ServerConnection } from './serverConnection.ts';
import { codeOf, ServerProblem, wordsOf } from './serverProblem.ts';

/** A file in the server's log directory. */
export interface ServerFile {
  readonly name: string;
  readonly sizeBytes: number;
  /** mtime in ms since the epoch, whole seconds. */
  readonly modifiedAt: number;
}

/** What the server writes now, and beside what. */
export interface ServerFiles {
  /** As the server names it, which is how it is read. */
  readonly currentPath: string;
  readonly files: readonly ServerFile[];
}

/** From 15 on the server may write json; older ones know no such format. */
const firstWithJson = 15;

/**
 * The log file that is written now (manual, section 9.27.1, `pg_current_logfile`), the richest of its formats or that
 * which is read, and all files beside it (`pg_ls_logdir`). Rejects with a ServerProblem where there is none, or this
 * role may not know.
 */
export async function serverFiles(
  connection: ServerConnection,
  openName: string | undefined,
): Promise<ServerFiles> {
  const formats = [...(connection.majorVersion >= firstWithJson ? ['jsonlog'] : []), 'csvlog', 'stderr'];
  const columns = formats.map((format) => `pg_current_logfile('${format}') AS ${format}`).join(', ');
  const [current, files] = await connection
    .batch([
      `SELECT ${columns}`,
      'SELECT name, size::float8 AS size, extract(epoch FROM modification)::float8 * 1000 AS at FROM pg_ls_logdir()',
    ])
    .catch((error: unknown) => {
      if (codeOf(error) !== '42501') throw error;
      throw refused(connection, '{0} may not see where its server logs to: run GRANT pg_monitor TO {0}.');
    });
  const paths = formats.map((format) => current?.[0]?.[format]).filter((path) => typeof path === 'string');
  const currentPath =
    paths.find((path) => openName !== undefined && isNextOf(openName, nameOf(path))) ?? paths[0];
  if (currentPath === undefined)
    throw new ServerProblem(
      'refused',
      sentence(
        'This server writes no log file of its own (logging_collector is off): follow its output with “Connections: Add Command Source…”, or turn the collector on.',
      ),
    );
  return {
    currentPath,
    files: (files ?? []).map(({ name, size, at }) => ({
      name: String(name),
      sizeBytes: Number(size),
      modifiedAt: Number(at),
    })),
  };
}

/** Bytes of a file of the server; none at its end or if it is gone. Rejects with a ServerProblem if they may not be read. */
export async function readServerFile(
  connection: ServerConnection,
  path: string,
  offsetBytes: number,
  lengthBytes: number,
): Promise<Uint8Array> {
  try {
    const [row] = await connection.rows<{ bytes: Uint8Array | null }>(
      'SELECT pg_read_binary_file($1, $2, $3, true) AS bytes',
      [path, offsetBytes, lengthBytes],
    );
    return row?.bytes ?? new Uint8Array();
  } catch (error) {
    if (codeOf(error) !== '42501') throw error;
    throw refused(
      connection,
      isPathRefused(error)
        ? '{0} may not read files there ({1}): run GRANT pg_read_server_files TO {0}.'
        : '{0} may not read the log of its server: run GRANT EXECUTE ON FUNCTION pg_read_binary_file(text, bigint, bigint, boolean) TO {0}.',
      wordsOf(error),
    );
  }
}

/** The name behind the last slash, also of a server on Windows. */
export function nameOf(path: string): string {
  return path.replace(/^.*[\\/]/su, '');
}

/** Whether two names are those of one log in one format, at different times. */
export function isNextOf(name: string, next: string): boolean {
  return name === next || matchesStem(stemOf(name), next);
}

/** The function may be called, but not for this path (genfile.c). */
function isPathRefused(error: unknown): boolean {
  const { routine } = error as { routine?: unknown };
  return routine === 'convert_and_check_filename';
}

function refused(connection: ServerConnection, message: string, ...more: string[]): ServerProblem {
  const { user } = connection.destination;
  const isPlain = /^[a-z_][a-z0-9_]*$/u.test(user);
  return new ServerProblem(
    'refused',
    sentence(message, isPlain ? user : connection.identifier(user), ...more),
  );
}
