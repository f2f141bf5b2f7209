import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import pg from 'pg';

import { psqlCommand } from '../../src/views/psqlCommand.ts';
import { newestMajor } from '../env/servers.ts';
import { inWorld } from './liveWorld.ts';

/** Names that a connection string or a shell might read as more than a name. */
const hostileNames = [
  'host=evil.invalid port=1',
  'postgresql://evil.invalid/',
  String.raw`x' host='evil.invalid\ $(id)`,
  '-l',
  'a b "c"',
];

describe('a psql command for a database', () => {
  it('connects to it, whatever it is called', async function () {
    if (process.platform === 'win32' || spawnSync('psql', ['-V']).status !== 0) this.skip();
    await inWorld({ major: newestMajor() }, async (world) => {
      const client = await world.client();
      const address = { host: '127.0.0.1', port: world.server.port, user: 'postgres' };
      for (const name of hostileNames) {
        await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
        const command = `${psqlCommand(address, name)} -XAtc 'SELECT current_database()'`;
        const { stdout, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
        await client.query(`DROP DATABASE ${pg.escapeIdentifier(name)}`);
        assert.deepEqual([stdout, stderr], [`${name}\n`, '']);
      }
    });
  });
});
