import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import type { FoundCommand } from '../../core/log/logPlace.ts';

/** A client that does not answer in this time is left out. */
const answerMs = 2000;
const mostAnswerBytes = 1024 * 1024;
const mostFound = 100;

/** How one client is asked for what is running, and how the log of a line of its answer is followed. */
interface Client {
  readonly question: readonly string[];
  readonly found: (line: string) => FoundCommand | undefined;
}

/** `docker ps` and `podman ps` take the same Go template. */
const containers = (program: string): Client => ({
  question: [program, 'ps', '--no-trunc', '--format', '{{.Names}}\t{{.Image}}'],
  found: (line) => {
    const [name = '', description = ''] = line.split('\t');
    if (!isName(name)) return undefined;
    return { name: `${program} ${name}`, command: [program, 'logs', '--follow', name], description };
  },
});

const pods: Client = {
  // prettier-ignore -- one command
  question: [
    'kubectl',
    'get',
    'pods',
    '--all-namespaces',
    '--field-selector=status.phase=Running',
    '--request-timeout=2s',
    '--no-headers',
    '-o',
    'custom-columns=NAMESPACE:.metadata.namespace,NAME:.metadata.name,IMAGE:.spec.containers[*].image',
  ],
  found: (line) => {
    const [namespace = '', name = '', description = ''] = line.trim().split(/\s+/u);
    if (!isName(namespace) || !isName(name)) return undefined;
    const command = [
      'kubectl',
      'logs',
      '--follow',
      '--all-containers',
      '--namespace',
      namespace,
      `pod/${name}`,
    ];
    return { name: `kubectl ${namespace}/${name}`, command, description };
  },
};

const units: Client = {
  // prettier-ignore -- one command
  question: [
    'systemctl',
    'list-units',
    '--type=service',
    '--state=running',
    '--plain',
    '--no-legend',
    '--no-pager',
  ],
  found: (line) => {
    const [, unit = '', description = ''] = /^(\S+)\s+\S+\s+\S+\s+\S+\s*(.*)$/u.exec(line) ?? [];
    if (!isName(unit)) return undefined;
    const command = ['journalctl', '--follow', '--lines=all', '--output=cat', `--unit=${unit}`];
    return { name: `journal ${unit}`, command, description };
  },
};

/** Of hundreds of containers and units, those that are about PostgreSQL by their words. */
const aboutPostgres = /postgre|postgis|pgbouncer|pg[-_]?\d|timescale|supabase|cnpg|spilo|patroni|\bpg\b/iu;

/**
 * Logs of running containers, pods and units, as commands, those that are about PostgreSQL first; of clients that are
 * not there, or do not answer, none. Of units only those about PostgreSQL: every system has dozens.
 */
export async function findCommands(): Promise<FoundCommand[]> {
  const clients = [containers('docker'), containers('podman'), pods, units];
  const found = await Promise.all(
    clients.map(async (client) => {
      const lines = (await answerOf(client.question)).split('\n');
      const all = lines.flatMap((line) => client.found(line) ?? []);
      return client === units ? all.filter(isAboutPostgres) : all;
    }),
  );
  const all = found.flat();
  const first = all.filter(isAboutPostgres);
  return [...first, ...all.filter((one) => !first.includes(one))].slice(0, mostFound);
}

function isAboutPostgres({ name, description }: FoundCommand): boolean {
  return aboutPostgres.test(`${name} ${description}`);
}

/** What may stand alone in a command: nothing that could be taken for an option. */
function isName(text: string): boolean {
  return /^[\w][\w.@:-]*$/u.test(text);
}

/** What a program prints; '' = it is not there, failed, or took too long. */
function answerOf([program = '', ...args]: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const limits = {
      timeout: answerMs,
      killSignal: 'SIGKILL',
      maxBuffer: mostAnswerBytes,
      cwd: homedir(),
    } as const;
    execFile(program, args, limits, (error, stdout) => resolve(error ? '' : stdout));
  });
}
