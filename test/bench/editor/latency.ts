import { appendFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

import type { Locator, Workbench } from '../../env/workbench.ts';
import { line } from './logWriter.ts';

const lineEveryMs = 100;
/** Who comes stays at least so long: seen in the tree before he leaves. */
const stayMs = 700;
/** What the editor may take for the last of them. */
const restMs = 1500;

/** When a label was first on the screen, and when it was gone again; ms since the epoch. */
type Sightings = Partial<Record<string, { readonly came: number; left?: number }>>;

/** What the watching needs of a page; Node has no types for it. */
interface Part {
  querySelectorAll(selector: string): Iterable<{ getAttribute(name: string): string | null }>;
}
interface PageGlobals {
  sightings: Sightings;
  readonly MutationObserver: new (changed: () => void) => { observe(part: Part, options: object): void };
}

/** Ms from just before a line was written to when its news was on the screen. */
export interface Latencies {
  readonly connects: readonly number[];
  readonly disconnects: readonly number[];
}

/** Notes when elements with `lat` in their label come and go. */
function watch(part: Locator): Promise<void> {
  return part.evaluate((node: Part) => {
    const globals = globalThis as unknown as PageGlobals;
    const sightings: Sightings = {};
    globals.sightings = sightings;
    const look = (): void => {
      const now = Date.now();
      const labels = Array.from(
        node.querySelectorAll('[aria-label*="lat"]'),
        (each) => each.getAttribute('aria-label') ?? '',
      );
      for (const label of labels) sightings[label] ??= { came: now };
      for (const [label, seen] of Object.entries(sightings))
        if (seen && !labels.includes(label)) seen.left ??= now;
    };
    new globals.MutationObserver(look).observe(node, { childList: true, subtree: true, attributes: true });
  });
}

/** Ten lines a second, so many of them: who connects and leaves, each in a database of his own. */
export async function measureLatency(
  workbench: Workbench,
  log: string,
  lines: number,
): Promise<Record<'tree' | 'page', Latencies>> {
  const tree = workbench.view('Active').locator('.monaco-list').first();
  const rows = workbench.webviewFrame().locator('.rows');
  await watch(tree);
  await watch(rows);
  const wrote = await write(log, lines);
  await delay(restMs);
  const sightings = (part: Locator): Promise<Sightings> =>
    part.evaluate(() => (globalThis as unknown as PageGlobals).sightings);
  return {
    tree: treeLatencies(wrote, await sightings(tree)),
    page: pageLatencies(wrote, await sightings(rows)),
  };
}

/** When each line was written: of connects and disconnects, by the number of the session. */
interface Written {
  readonly connects: number[];
  readonly disconnects: number[];
}

async function write(log: string, lines: number): Promise<Written> {
  const visits = new Visits();
  const startedAt = Date.now();
  for (let number = 0; number < lines; number += 1) {
    await delay(Math.max(0, startedAt + number * lineEveryMs - Date.now()));
    appendFileSync(log, visits.next(Date.now()));
  }
  return visits.wrote;
}

/**
 * Lines as a server writes them from 14 on: three for who comes, one for who leaves, that between those of others;
 * seeded. Each session has a database of its own.
 */
class Visits {
  readonly wrote: Written = { connects: [], disconnects: [] };
  #stage = 0;
  #state = 7;

  next(at: number): string {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    const { connects, disconnects } = this.wrote;
    const since = connects[disconnects.length];
    if (this.#state / 4_294_967_296 < 0.3 && since !== undefined && at - since >= stayMs) {
      const who = `user=app database=lat${disconnects.push(at) - 1}`;
      const text = `LOG:  disconnection: session time: 0:00:00.700 ${who} host=[local]`;
      return line(at, 70_000 + disconnects.length - 1, text);
    }
    return line(at, 70_000 + connects.length, this.#comes(at));
  }

  #comes(at: number): string {
    this.#stage = (this.#stage + 1) % 3;
    if (this.#stage === 1) return 'LOG:  connection received: host=[local]';
    if (this.#stage === 2)
      return 'LOG:  connection authenticated: identity="app" method=peer (/etc/postgresql/17/main/pg_hba.conf:118)';
    const session = this.wrote.connects.push(at) - 1;
    return `LOG:  connection authorized: user=app database=lat${session} application_name=bench`;
  }
}

/** In the tree a database comes with its session, and goes with it. */
function treeLatencies({ connects, disconnects }: Written, sightings: Sightings): Latencies {
  const of = (session: number) => sightings[`lat${session}: 1 connected`];
  return {
    connects: connects.flatMap((at, session) => differences(of(session)?.came, at)),
    disconnects: disconnects.flatMap((at, session) => differences(of(session)?.left, at)),
  };
}

function pageLatencies({ connects, disconnects }: Written, sightings: Sightings): Latencies {
  const came = (words: RegExp): number | undefined =>
    Object.entries(sightings).find(([label]) => words.test(label))?.[1]?.came;
  return {
    connects: connects.flatMap((at, session) =>
      differences(came(new RegExp(` connected as app@lat${session} `)), at),
    ),
    disconnects: disconnects.flatMap((at, session) =>
      differences(came(new RegExp(` as app@lat${session} disconnected`)), at),
    ),
  };
}

const differences = (seenAt: number | undefined, at: number): number[] =>
  seenAt === undefined ? [] : [seenAt - at];
