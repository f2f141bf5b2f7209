import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { checkout } from '../../env/checkout.ts';
import { packedFile, packExtension } from '../../env/packedExtension.ts';
import { until } from '../../env/scenario/until.ts';

/** How long something took, in ms, and how much of that the host's thread was computing: the rest others had. */
export interface Time {
  readonly wallMs: number;
  readonly ownMs: number;
}

/** What the probe has seen since it was reset: the longest turn of the host's event loop, and what was said. */
export interface Seen extends Time {
  readonly seconds: number;
  /** Turns that took more than 15 ms of their own, of so many. */
  readonly over15: number;
  readonly turns: number;
  /** Messages of the engine, those that say that something changed, and the host's questions. */
  readonly toHost: number;
  readonly changed: number;
  readonly toEngine: number;
  /** Only after `weigh`. */
  readonly toHostBytes: number;
  readonly toHostMost: number;
}

/** The probe in one extension host. */
export interface Probe {
  /** How long the bundle took to load, and `activate` after that. */
  readonly load: Time;
  readonly activate: Time;
  reset(): Promise<void>;
  /** Resets, and weighs messages from now on. */
  weigh(): Promise<void>;
  read(): Promise<Seen>;
  /** A CPU profile of the host's thread while the work runs (chrome://tracing). */
  profile(work: () => Promise<void>): Promise<unknown>;
}

/** Packs the extension as `packedExtension` has left it, with the probe in front of it; gives the path of the .vsix. */
export async function packProbed(directory: string): Promise<string> {
  // which of them ship, .vscodeignore says
  const files = [
    'dist',
    'l10n',
    'schemas',
    'media',
    'package.nls.json',
    'README.md',
    'LICENSE',
    '.vscodeignore',
  ];
  const folder = join(directory, 'probed');
  mkdirSync(folder);
  for (const file of files) cpSync(packedFile(file), join(folder, file), { recursive: true });
  cpSync(join(checkout, 'test/bench/editor/probe.cjs'), join(folder, 'dist/probe.cjs'));
  const manifest = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as object;
  const probed = { ...manifest, main: './dist/probe.cjs', scripts: {} };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(probed));
  return packExtension(folder, join(directory, 'probed.vsix'));
}

/** The probe of an extension host that has started since; `directory` is its PROBE_DIRECTORY. */
export async function nextProbe(directory: string, known: Set<string>): Promise<Probe> {
  const file = await until('the extension is active', () =>
    readdirSync(directory).find((name) => !known.has(name)),
  );
  known.add(file);
  const { port, load, activate } = await until('the probe says where it is', () => {
    const text = readFileSync(join(directory, file), 'utf8');
    return text === ''
      ? undefined
      : (JSON.parse(text) as Pick<Probe, 'load' | 'activate'> & { port: number });
  });
  const ask = async (what: string): Promise<unknown> =>
    (await fetch(`http://127.0.0.1:${port}/${what}`)).json();
  return {
    load,
    activate,
    reset: async () => {
      await ask('reset');
    },
    weigh: async () => {
      await ask('weigh');
    },
    read: async () => (await ask('read')) as Seen,
    profile: async (work) => {
      await ask('profile');
      await work();
      return ask('profiled');
    },
  };
}
