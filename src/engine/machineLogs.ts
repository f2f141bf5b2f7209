import { homedir } from 'node:os';
import { join } from 'node:path';
import { withoutEnding } from '../core/log/logFiles.ts';
import type { DiscoveredLog } from '../core/log/logPlace.ts';
import { SentenceError } from '../core/sentence.ts';
import type { EngineQuestions } from '../protocol/engineMessages.ts';
import type { FollowTarget } from '../protocol/logQuestions.ts';
import { readPgrxMajor } from '../sources/discovery/cargoToml.ts';
import { chooseLog } from '../sources/discovery/chooseLog.ts';
import { discoverLogs } from '../sources/discovery/discover.ts';
import { machinePlaces } from '../sources/discovery/places.ts';

/** How often the machine is looked at for servers that started or stopped. */
const lookAroundEveryMs = 3000;

/** Who is told of what is new on the machine. */
export interface MachineHost {
  /** Somebody follows a log: the machine is looked at again. */
  readonly isFollowing: () => boolean;
  /** All logs, as they are known by now. */
  found(logs: readonly DiscoveredLog[]): void;
  /** This server was started later than those that were known. */
  started(log: DiscoveredLog): void;
  warn(text: string): void;
}

/** The logs of this machine: which there are, and which servers were started, stopped or reconfigured since. */
export class MachineLogs {
  readonly #host: MachineHost;
  #folders: readonly string[] = [];
  #lookingAround: NodeJS.Timeout | undefined;
  #closed = false;
  /** When the newest server was started that is known; undefined = nobody has looked yet. */
  #newestStartedAt: number | undefined;

  constructor(host: MachineHost) {
    this.#host = host;
  }

  /** All logs, and which one to follow unasked; from now on these folders are looked at as well. */
  async discover({
    hints: { folders },
    pinnedId,
  }: EngineQuestions['discover']['ask']): Promise<EngineQuestions['discover']['answer']> {
    this.#folders = folders;
    const logs = await this.#discover();
    const cargoMajor = await readPgrxMajor(folders.map((folder) => join(folder, 'Cargo.toml')));
    return { logs, chosenId: chooseLog(logs, { cargoMajor, pinnedId })?.id };
  }

  /** The log that is meant, with what discovery knows of its server. Rejects with a SentenceError when it is gone. */
  async resolve(
    target: Extract<FollowTarget, { discoveredId: string } | { path: string }>,
  ): Promise<DiscoveredLog> {
    const known = await this.#discover();
    if ('discoveredId' in target) {
      const log = known.find(({ id }) => id === target.discoveredId);
      if (!log) throw new SentenceError('{0} is no longer there: choose another log.', target.discoveredId);
      return log;
    }
    // read when somebody names one
    const { resolvePlace } = await import('../sources/discovery/resolvePlace.ts');
    const named = await resolvePlace(target.path, machinePlaces(this.#folders), homedir());
    return known.find((log) => !log.problem && isSameLog(log, named)) ?? named;
  }

  /** Looks now and then, as long as somebody follows a log. */
  lookAround(): void {
    this.#lookingAround ??= setTimeout(() => {
      void this.lookNow()
        .catch((error: unknown) => this.#host.warn(String(error)))
        .finally(() => {
          this.#lookingAround = undefined;
          if (!this.#closed && this.#host.isFollowing()) this.lookAround();
        });
    }, lookAroundEveryMs);
  }

  /** Looks at once; resolves when what is new has been told. */
  async lookNow(): Promise<void> {
    const logs = await this.#discover();
    this.#host.found(logs);
    const newest = newestOf(logs);
    const startedAt = newest?.startedAt ?? 0;
    if (!newest || startedAt <= (this.#newestStartedAt ?? startedAt)) return;
    this.#newestStartedAt = startedAt;
    this.#host.started(newest);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#lookingAround);
  }

  /** All logs of the machine. Servers that are started after the first look are news. */
  async #discover(): Promise<DiscoveredLog[]> {
    const logs = await discoverLogs(machinePlaces(this.#folders));
    this.#newestStartedAt ??= newestOf(logs)?.startedAt ?? 0;
    return logs;
  }
}

/** Do two consist of the same files? Those of a directory are of whatever format. */
function isSameLog(a: DiscoveredLog, b: DiscoveredLog): boolean {
  const [pathA, pathB] = [a, b].map(({ place, path }) =>
    place?.kind === 'directory' && path !== undefined ? withoutEnding(path) : path,
  );
  return pathA !== undefined && pathA === pathB;
}

/** The server that was started last, of those that can be followed. */
function newestOf(logs: readonly DiscoveredLog[]): DiscoveredLog | undefined {
  return logs
    .filter(({ running, problem, startedAt }) => running && !problem && startedAt !== undefined)
    .sort((a, b) => (b.startedAt ?? 0) - (a.startedAt ?? 0))[0];
}
