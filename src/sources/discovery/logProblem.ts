import { access, constants, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sentence } from '../../core/sentence.ts';
import type { Sentence } from '../../core/sentence.ts';
import type { ServerFacts } from './locateLog.ts';
import type { Places } from './places.ts';
import { textOf, unreadableOf } from './smallFile.ts';

/** Why a log file cannot be read, with the remedy; undefined = it can, or it is not there yet. */
export async function fileProblem(path: string, places: Places): Promise<Sentence | undefined> {
  const unreadable = await access(path, constants.R_OK).then(
    () => undefined,
    (error: unknown) => unreadableOf(error),
  );
  if (unreadable !== 'denied') return undefined;
  const group = await readingGroup(path, 0o040, places);
  return group === undefined
    ? sentence(
        '{0} may not be read by this user: ask its owner for the permission to read it (for a log of the logging collector: log_file_mode = 0640 and a common group), then choose it again.',
        path,
      )
    : sentence(
        '{0} may be read by members of the group {1} only: run "sudo usermod -aG {1} $USER", log in again, then choose it again.',
        path,
        group,
      );
}

/** Why the files in a log directory cannot be seen, with the remedy. */
export async function directoryProblem(directory: string, places: Places): Promise<Sentence> {
  const group = await readingGroup(directory, 0o050, places);
  return group === undefined
    ? sentence(
        'The log directory {0} may not be entered by this user: set log_directory to one that you may read (and log_file_mode = 0640), or work as the user that runs the server.',
        directory,
      )
    : sentence(
        'The log directory {0} may be read by members of the group {1} only: run "sudo usermod -aG {1} $USER", log in again, then choose it again.',
        directory,
        group,
      );
}

/** The name of the group that may read, from /etc/group; undefined = no group may, or nothing can be seen of it. */
async function readingGroup(path: string, bits: number, { roots }: Places): Promise<string | undefined> {
  const stats = await stat(path).catch(() => undefined);
  if (stats === undefined || (stats.mode & bits) !== bits) return undefined;
  const groups = (await textOf(join(roots.etc, 'group'))) ?? '';
  return groups
    .split('\n')
    .find((line) => line.split(':')[2] === String(stats.gid))
    ?.split(':')[0];
}

/** Why there is no log file, with the remedy that fits where the server's output goes. */
export function missingLogProblem({ configuration, running, process, port }: ServerFacts): Sentence {
  const { values, dataDirectory = '' } = configuration;
  const which = port ?? dataDirectory;
  const destination = values.get('log_destination')?.value ?? 'stderr';
  if (process?.inContainer)
    return sentence(
      'The server with process id {0} runs in a container: follow its output with a command source such as "docker logs -f NAME".',
      process.pid,
    );
  if (!/stderr|csvlog|jsonlog/i.test(destination))
    return sentence(
      'The server ({0}) writes its log to {1} only: add stderr to log_destination and set logging_collector = on, or follow the system log with a command source.',
      which,
      destination,
    );
  if (!running)
    return sentence(
      'The server in {0} is not running and its log file is not known: choose the file, or set logging_collector = on before it is started.',
      dataDirectory,
    );
  const target = process?.standardError ?? '';
  if (target.startsWith('socket:'))
    return sentence(
      'The server ({0}) writes its log to the journal: follow it with a command source such as "journalctl -f -u postgresql -o cat", or set logging_collector = on and restart it.',
      which,
    );
  if (target.endsWith(' (deleted)'))
    return sentence(
      'The server ({0}) writes its log to {1}, a file that was removed: restart the server.',
      which,
      target,
    );
  if (target.startsWith('/'))
    return sentence(
      'The server ({0}) writes its log to {1}: start it with "pg_ctl -l FILE", or set logging_collector = on and restart it.',
      which,
      target,
    );
  return sentence(
    'The server ({0}) writes its log to no file that can be found: choose the file, or set logging_collector = on and restart it.',
    which,
  );
}
