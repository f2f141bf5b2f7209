import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { freePort } from './freePort.ts';
import { until } from './scenario/until.ts';
import { freshDirectory } from './servers.ts';

/** Debian's; `PROMETHEUS` names another, beside which promtool is. */
const binary = process.env['PROMETHEUS'] ?? '/usr/bin/prometheus';
const promtool = binary.replace(/prometheus$/, 'promtool');

/** Whether there is a Prometheus. */
export function hasPrometheus(): boolean {
  return existsSync(binary) && existsSync(promtool);
}

/** What promtool says of a file of rules. Throws when it finds something. */
export function checkRules(path: string): string {
  return execFileSync(promtool, ['check', 'rules', path], { encoding: 'utf8', stdio: 'pipe' });
}

export interface PrometheusAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: 'pending' | 'firing';
}

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/** A real Prometheus on 127.0.0.1 that scrapes one target twice a second, ended at the latest with this process. */
export class Prometheus {
  readonly #directory: string;
  readonly #port: number;
  readonly #process: ChildProcess;
  readonly #exited: Promise<unknown>;

  private constructor(directory: string, port: number) {
    this.#directory = directory;
    this.#port = port;
    const args = [
      `--config.file=${join(directory, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error',
    ];
    this.#process = spawn(binary, args, { stdio: 'ignore' });
    this.#exited = new Promise((resolve) => this.#process.once('exit', resolve));
    const kill = (): void => void this.#process.kill('SIGKILL');
    process.once('exit', kill);
    this.#process.once('exit', () => process.off('exit', kill));
  }

  /** Starts one; resolves when it answers. */
  static async start(target: string, rules: string): Promise<Prometheus> {
    const directory = freshDirectory('prom');
    writeFileSync(join(directory, 'rules.yml'), rules);
    const config = {
      global: { scrape_interval: '500ms', scrape_timeout: '500ms', evaluation_interval: '500ms' },
      rule_files: ['rules.yml'],
      scrape_configs: [{ job_name: 'connections', static_configs: [{ targets: [target] }] }],
    };
    // JSON is YAML
    writeFileSync(join(directory, 'prometheus.yml'), JSON.stringify(config));
    const prometheus = new Prometheus(directory, await freePort());
    await until('Prometheus answers', () =>
      prometheus.query('1').then(
        () => true,
        () => undefined,
      ),
    );
    return prometheus;
  }

  /** The value of each series, by its labels without those of the scrape. */
  async query(expression: string): Promise<Record<string, number>> {
    const { result } = await this.#get<{ result: Series[] | [number, string] }>('query', {
      query: expression,
    });
    const series = result.filter((each): each is Series => typeof each === 'object');
    return Object.fromEntries(
      series.map(({ metric, value }) => {
        const labels = Object.entries(metric).filter(
          ([name]) => !['__name__', 'instance', 'job', 'log'].includes(name),
        );
        return [labels.map(([, label]) => label).join(' '), Number(value[1])];
      }),
    );
  }

  async alerts(): Promise<readonly PrometheusAlert[]> {
    return (await this.#get<{ alerts: PrometheusAlert[] }>('alerts')).alerts;
  }

  /** Names of the rules that are loaded, and which of them failed. */
  async rules(): Promise<
    readonly { readonly name: string; readonly health: string; readonly lastError?: string }[]
  > {
    type Groups = { groups: { rules: { name: string; health: string; lastError?: string }[] }[] };
    return (await this.#get<Groups>('rules')).groups.flatMap(({ rules }) => rules);
  }

  async dispose(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#exited;
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #get<T>(path: string, parameters: Record<string, string> = {}): Promise<T> {
    const url = `http://127.0.0.1:${this.#port}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`;
    const { status, data, error } = (await (await fetch(url)).json()) as {
      status: string;
      data: T;
      error?: string;
    };
    if (status !== 'success') throw new Error(error);
    return data;
  }
}
