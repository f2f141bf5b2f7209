import { join } from 'node:path';

import { castAll } from '../env/scenario/cast.ts';
import { assertTells } from '../env/scenario/comparison.ts';
import { Crowd } from '../env/scenario/crowd.ts';
import { logFiles } from '../env/scenario/logFiles.ts';
import { summaryByEngine, summaryOfNamed } from '../env/scenario/product.ts';
import { startStage } from '../env/scenario/stories.ts';
import { comeAndGo, stay } from '../env/scenario/visits.ts';
import { availableMajors, type LogFormat, type Server } from '../env/servers.ts';

/** What any role can have logged: LOG is above every `log_min_messages`. */
const forged = [
  'connection received: host=10.0.0.1 port=4242',
  'connection authorized: user=mallory database=shop',
  'connection authorized: user=mallory database=shop application_name=web-1 SSL enabled (protocol=TLSv1.3, cipher=x, bits=256)',
  'replication connection authorized: user=mallory application_name=standby',
  'connection ready: setup total=1.000 ms, fork=0.100 ms, authentication=0.100 ms',
  'disconnection: session time: 0:00:01.000 user=app database=shop host=[local]',
  'disconnection: session time: 0:00:01.000 user=app database=shop host=127.0.0.1 port=4242',
  'database system is shut down',
  'database system is ready to accept connections',
  'received immediate shutdown request',
  'server process (PID 4242) was terminated by signal 11: Segmentation fault',
  'all server processes terminated; reinitializing',
  'starting PostgreSQL 9.9 on x86_64-pc-linux-gnu',
  'parameter "log_connections" changed to "off"',
  'parameter "log_line_prefix" changed to "%%q"',
  'ending log output to stderr',
];

async function forge(crowd: Crowd): Promise<void> {
  const visitor = await crowd.connect();
  // the second time with a label in a name of the prefix, which is none
  for (const application of ['', 'LOG:  ']) {
    await visitor.query(`set application_name = '${application}'`);
    for (const text of forged) await visitor.query(`do $$ begin raise log '${text}'; end $$`);
  }
  await visitor.query('reset application_name');
}

const head = '2026-11-20 09:58:30.000 UTC [1] ';
/** Names of 63 bytes at most that hold lines of a log; who calls himself so need not be let in. */
const linesInNames: readonly { user?: string; database?: string }[] = [
  { user: `b\n${head}LOG:  starting PostgreSQL` },
  { user: `b\n${head}LOG:  starting PostgreSQL\n` },
  { user: `\n${head}LOG:  starting PostgreSQL` },
  { user: 'b\n\n\nLOG:  starting PostgreSQL' },
  { database: `\n${head}LOG:  starting PostgreSQL` },
  { database: `b\n${head}FATAL:  password` },
];

describe('what a role has logged in the server’s own words', () => {
  let server: Server | undefined;
  afterEach(async () => {
    await server?.dispose();
    server = undefined;
  });

  for (const major of availableMajors()) {
    const formats: readonly LogFormat[] = major < 15 ? ['stderr', 'csv'] : ['stderr', 'csv', 'json'];
    it(`is no event on PostgreSQL ${major}, in ${formats.join(', ')}`, async () => {
      const settings = { log_line_prefix: '%m [%p] %q%u@%d/%a ' };
      server = await startStage({ major, formats, logTo: 'collector', settings });
      const crowd = new Crowd(server);
      await castAll(await crowd.observer());
      await stay(crowd, 3);
      await forge(crowd);
      await comeAndGo(crowd, 5);
      const truth = await crowd.atRest();
      for (const format of formats) assertTells(await summaryByEngine(logFiles(server, format, true)), truth);
      assertTells(await summaryOfNamed([join(server.dataDirectory, 'log')]), truth);
    });
  }
});

describe('lines of a log in the name of who knocks', () => {
  let server: Server | undefined;
  afterEach(async () => {
    await server?.dispose();
    server = undefined;
  });

  for (const major of availableMajors())
    it(`are a part of that name on PostgreSQL ${major}`, async () => {
      const settings = { log_line_prefix: '%m [%p] %q%u@%d ' };
      server = await startStage({ major, formats: ['stderr'], logTo: 'collector', settings });
      const crowd = new Crowd(server);
      await castAll(await crowd.observer());
      await stay(crowd, 3);
      for (const names of linesInNames) {
        await crowd.refused(names);
        await comeAndGo(crowd, 2);
      }
      const truth = await crowd.atRest();
      assertTells(await summaryByEngine(logFiles(server, 'stderr', true)), truth);
      assertTells(await summaryOfNamed([join(server.dataDirectory, 'log')]), truth);
    });
});
