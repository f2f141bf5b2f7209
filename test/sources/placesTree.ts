import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Places } from '../../src/sources/discovery/places.ts';

/** A machine in a temporary folder: files by relative path, links by `{ linkTo }`, and the processes that "live". */
export class PlacesTree {
  readonly root: string = realpathSync(mkdtempSync(join(tmpdir(), 'places-')));
  readonly alive = new Set<number>();

  path(...parts: string[]): string {
    return join(this.root, ...parts);
  }

  write(files: Readonly<Record<string, string | { readonly linkTo: string }>>): void {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(this.path(name)), { recursive: true });
      if (typeof content === 'string') writeFileSync(this.path(name), content);
      else symlinkSync(content.linkTo, this.path(name));
    }
  }

  /** A data directory of this major version. */
  cluster(name: string, major: number, files: Readonly<Record<string, string>> = {}): string {
    this.write({ [`${name}/PG_VERSION`]: `${major}\n`, [`${name}/postgresql.conf`]: '' });
    for (const [file, content] of Object.entries(files)) this.write({ [`${name}/${file}`]: content });
    return this.path(name);
  }

  /** The eight lines that a running postmaster leaves. */
  postmasterPid(
    name: string,
    pid: number,
    startSeconds: number,
    port: number,
    socketDirectory = '/tmp',
  ): void {
    const lines = [
      pid,
      this.path(name),
      startSeconds,
      port,
      socketDirectory,
      'localhost',
      '  3368512    294954',
      'ready   ',
    ];
    this.write({ [`${name}/postmaster.pid`]: `${lines.join('\n')}\n` });
  }

  /** A process in /proc; `cwd` and `errorFile` as links, as for one's own processes. */
  process(
    pid: number,
    argv: readonly string[],
    links: { cwd?: string; error?: string } = {},
    status = `NSpid:\t${pid}\n`,
  ): void {
    this.alive.add(pid);
    this.write({
      [`proc/${pid}/comm`]: 'postgres\n',
      [`proc/${pid}/cmdline`]: `${argv.join('\0')}\0`,
      [`proc/${pid}/status`]: status,
    });
    if (links.cwd !== undefined) this.write({ [`proc/${pid}/cwd`]: { linkTo: links.cwd } });
    if (links.error !== undefined) this.write({ [`proc/${pid}/fd/2`]: { linkTo: links.error } });
  }

  places(overrides: Partial<Places> = {}): Places {
    return {
      platform: 'linux',
      home: this.path('home'),
      env: {},
      roots: {
        proc: this.path('proc'),
        etc: this.path('etc'),
        var: this.path('var'),
        homebrew: [this.path('opt/homebrew'), this.path('usr/local')],
      },
      workspaceFolders: [],
      isAlive: (pid) => this.alive.has(pid),
      ps: () => Promise.resolve(''),
      ...overrides,
    };
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Gives up root's rights once the code is loaded: the checkout itself may lie where only root may look. */
export const becomeOrdinary =
  'if (process.getuid?.() === 0) { process.setgroups([]); process.setgid(65534); process.setuid(65534); }';

/**
 * What `expression` is for an ordinary user (root may read everything, so it lends its place to "nobody"). In it
 * stand `places`, a function `load` of modules below src, and `told`, which makes an error or a log its sentence.
 */
export function asOrdinaryUser(tree: PlacesTree, expression: string): unknown {
  const source = new URL('../../src/', import.meta.url).href;
  const modules = [...expression.matchAll(/load\('([^']+)'\)/g)].map(([, name]) => name);
  const script = `
    const load = (name) => import('${source}' + name);
    const { renderSentence } = await load('core/sentence.ts');
    for (const name of ${JSON.stringify(modules)}) await load(name);
    ${becomeOrdinary}
    const told = ({ message, problem }) => message ?? (problem ? renderSentence(problem) : '');
    const places = { ...${JSON.stringify(tree.places())}, isAlive: () => false, ps: async () => '' };
    console.log(JSON.stringify(await (async () => ${expression})()));`;
  const arguments_ = ['--input-type=module', '-e', script];
  const { stdout, stderr } = spawnSync(process.execPath, arguments_, { cwd: '/', encoding: 'utf8' });
  assert.notEqual(stdout, '', stderr);
  return JSON.parse(stdout) as unknown;
}
