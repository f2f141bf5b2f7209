import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { freshDirectory } from './runDirectory.ts';
import { until } from './scenario/until.ts';

/** What rsyslog calls its own ways of writing a line. */
const templates = {
  traditional: 'RSYSLOG_TraditionalFileFormat',
  precise: 'RSYSLOG_FileFormat',
  rfc5424: 'RSYSLOG_SyslogProtocol23Format',
} as const;
export type SyslogForm = keyof typeof templates;

const device = '/dev/log';
const binary = '/usr/sbin/rsyslogd';

/** Whether a syslog daemon can be started here: as root, where none runs yet. */
export function canLogToSyslog(): boolean {
  return existsSync(binary) && process.getuid?.() === 0 && !existsSync(device);
}

/** A real rsyslog that writes everything it is told into one file for each form. */
export class Syslogd {
  readonly #directory = freshDirectory('l');
  readonly #process: ChildProcess;

  constructor() {
    const config = join(this.#directory, 'rsyslog.conf');
    const actions = Object.entries(templates).map(
      ([form, template]) =>
        `*.* action(type="omfile" file="${this.path(form as SyslogForm)}" template="${template}")`,
    );
    writeFileSync(
      config,
      [
        'module(load="imuxsock" SysSock.Use="off")',
        `input(type="imuxsock" Socket="${device}" CreatePath="on" RateLimit.Interval="0")`,
        ...actions,
        '',
      ].join('\n'),
    );
    this.#process = spawn(binary, ['-n', '-f', config, '-i', join(this.#directory, 'pid')], {
      stdio: 'ignore',
    });
    process.once('exit', () => this.#process.kill('SIGKILL'));
  }

  path(form: SyslogForm): string {
    return join(this.#directory, `${form}.log`);
  }

  async listens(): Promise<void> {
    await until('rsyslog listens', () => Promise.resolve(existsSync(device) ? true : undefined));
    chmodSync(device, 0o666);
  }

  /** Waits until every file has a text. */
  async has(text: string): Promise<void> {
    for (const form of Object.keys(templates) as SyslogForm[])
      await until(`${form} has ${text}`, () =>
        Promise.resolve(
          existsSync(this.path(form)) && readFileSync(this.path(form), 'utf8').includes(text)
            ? true
            : undefined,
        ),
      );
  }

  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGTERM');
    await ended;
    rmSync(device, { force: true });
  }
}
