import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { delimiter } from 'node:path';
import { findCommands } from '../../src/sources/command/findCommands.ts';
import { TestDirectory } from './tailWorld.ts';

describe('what runs on this machine', function () {
  if (process.platform === 'win32') return;
  const directory = new TestDirectory();
  const { PATH } = process.env;
  /** A client that answers as the real one does. */
  const client = (name: string, script: string): void =>
    chmodSync(directory.write(name, `#!/bin/sh\n${script}\n`), 0o755);
  before(() => {
    process.env['PATH'] = directory.path + delimiter + String(PATH);
  });
  after(() => {
    process.env['PATH'] = PATH;
    directory.remove();
  });

  it('is found by its clients as programs with arguments, within seconds, and PostgreSQL first', async () => {
    client(
      'docker',
      `[ "$1 $2" = "ps --no-trunc" ] && printf 'web\\tnginx:1\\n--help\\tevil\\na;rm -rf\\tevil\\ndb\\tpostgres:17\\n'`,
    );
    client('podman', 'exec sleep 100');
    client(
      'kubectl',
      `printf 'shop   pg-1   ghcr.io/cloudnative-pg/postgresql:17\\n'; printf 'shop $(x) y\\n'`,
    );
    client(
      'systemctl',
      `printf 'ssh.service loaded active running OpenSSH\\npostgresql@17-main.service loaded active running PostgreSQL Cluster\\n'`,
    );
    const startedAt = performance.now();
    const found = await findCommands();
    assert.ok(performance.now() - startedAt < 4000);
    assert.deepEqual(
      found.map(({ name, command }) => [name, command]),
      [
        ['docker db', ['docker', 'logs', '--follow', 'db']],
        // prettier-ignore -- one command
        [
          'kubectl shop/pg-1',
          ['kubectl', 'logs', '--follow', '--all-containers', '--namespace', 'shop', 'pod/pg-1'],
        ],
        // prettier-ignore -- one command
        [
          'journal postgresql@17-main.service',
          ['journalctl', '--follow', '--lines=all', '--output=cat', '--unit=postgresql@17-main.service'],
        ],
        ['docker web', ['docker', 'logs', '--follow', 'web']],
      ],
    );
  });
});
