import assert from 'node:assert/strict';
import { LogFold } from '../../src/engine/logFold.ts';
import { LogTail } from '../../src/sources/tail/logTail.ts';
import { turnFilesFor } from '../../src/sources/turnFilesFor.ts';
import {
  authorized,
  dayAt,
  disconnected,
  printCsv,
  printJson,
  printStderr,
  type Client,
  type Printed,
} from '../core/serverLog.ts';
import { randomOf, TestDirectory } from '../sources/tailWorld.ts';

type Ending = 'log' | 'csv' | 'json';

/** What may stand in log_destination. */
const destinations: readonly (readonly Ending[])[] = [
  ['log'],
  ['csv'],
  ['json'],
  ['log', 'csv'],
  ['log', 'json'],
  ['csv', 'json'],
  ['log', 'csv', 'json'],
];

/** A server that random numbers drive: sessions come and go, and log_destination changes at any time. */
class RandomServer {
  readonly directory = new TestDirectory();
  /** What it wrote, each event once. */
  readonly written: string[] = [];
  readonly #random: () => number;
  readonly #isNamed: boolean;
  readonly #prefix: string;
  #formats: readonly Ending[] = ['log'];
  #at = dayAt;
  #lastPid = 100;
  readonly #open: Client[] = [];

  constructor(seed: number) {
    this.#random = randomOf(seed);
    this.#isNamed = this.chance(0.5);
    this.#prefix = this.pick(['%m [%p] ', '%t [%p] ', '%m [%p] %q%u@%d ']);
    this.directory.makeFolder('log');
  }

  chance(share: number): boolean {
    return this.#random() < share;
  }

  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.#random() * from.length)]!;
  }

  /** Writes a few events, in one format after the other. */
  write(): void {
    for (let n = this.pick([0, 1, 1, 2, 4]); n > 0; n -= 1) {
      if (this.chance(0.5)) this.#formats = this.pick(destinations);
      for (let events = this.pick([1, 1, 2, 5]); events > 0; events -= 1) this.#event();
    }
  }

  /** A process that has not noticed the last change writes as before. */
  get #formatsOfProcess(): readonly Ending[] {
    return this.chance(0.1) ? this.pick(destinations) : this.#formats;
  }

  #event(): void {
    this.#at += 2500 + Math.floor(this.#random() * 2000);
    if (this.chance(0.2)) return this.#print(this.#hostile());
    const isEnd = this.#open.length > 0 && this.chance(0.5);
    if (!isEnd) {
      const pid = (this.#lastPid += 1);
      const client = {
        pid,
        user: `u${pid}`,
        database: 'shop',
        host: '10.0.0.7',
        port: 5000,
        startedAt: this.#at,
      };
      this.#open.push(client);
      this.#print(authorized(client, this.#at), `connect u${pid}`);
      return;
    }
    const [client] = this.#open.splice(Math.floor(this.#random() * this.#open.length), 1);
    if (client)
      this.#print(disconnected(client, this.#at, this.#at - client.startedAt!), `disconnect ${client.user}`);
  }

  /** What somebody asked of the server, with lines as a server writes them. */
  #hostile(): Printed {
    const fake = authorized({ pid: 7, user: 'nobody', database: 'shop', host: '10.0.0.7' }, this.#at + 1);
    const statement = `SELECT '\n${printStderr('%m [%p] ', [fake])}${printCsv([fake])}${printJson([fake])}'`;
    return { at: this.#at, pid: 99, severity: 'ERROR', message: 'division by zero', statement };
  }

  #print(record: Printed, event?: string): void {
    if (event !== undefined) this.written.push(event);
    const formats = this.#formatsOfProcess;
    const print = {
      log: (each: readonly Printed[]) => printStderr(this.#prefix, each),
      csv: printCsv,
      json: printJson,
    };
    const { directory } = this;
    if (this.#isNamed) {
      const lines = this.#formats.map((ending) => `${ending}log log/pg.${ending}\n`);
      directory.write('current_logfiles.tmp', lines.join(''));
      directory.rename('current_logfiles.tmp', 'current_logfiles');
    }
    for (const ending of formats) {
      directory.append(`log/pg.${ending}`, print[ending]([record]));
      directory.touch(`log/pg.${ending}`, this.#at / 1000);
    }
  }
}

/** Follows the folder of a server, look by look; answers what is told. */
async function followed(server: RandomServer, looks: number): Promise<string[]> {
  const place = { kind: 'directory', directory: server.directory.join('log'), stem: 'pg.log' } as const;
  const fold = new LogFold({ memoryEvents: 10_000 });
  const tail = new LogTail(place, fold.log, { follow: true, turnFiles: await turnFilesFor(place, {}) });
  const look = async (): Promise<void> => {
    while ((await tail.look()) !== 'quiet');
  };
  for (let n = 0; n < looks; n += 1) {
    server.write();
    await look();
  }
  for (let n = 0; n < 4; n += 1) await look();
  tail.close();
  fold.finish();
  return [...fold.state.newestEvents()].reverse().map(({ kind, names }) => `${kind} ${names.user}`);
}

describe('a directory whose log_destination is changed at random', function () {
  this.timeout(60_000);

  for (const [looks, title] of [
    [12, 'while it is followed'],
    [1, 'before it is read'],
  ] as const)
    it(`is told in the order of the times, each event once, where it is changed ${title}`, async () => {
      for (let seed = 1; seed <= 25; seed += 1) {
        const server = new RandomServer(seed);
        try {
          if (looks === 1) for (let n = 0; n < 8; n += 1) server.write();
          assert.deepEqual(await followed(server, looks), server.written, `seed ${seed}`);
        } finally {
          server.directory.remove();
        }
      }
    });
});
