// Records the fixtures of syslog: servers that log to a real rsyslog, `npm run record:syslog` (as root, with Debian's rsyslog).
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { checkout } from './checkout.ts';
import { Crowd } from './scenario/crowd.ts';
import { prefixes, startStage, stories, type Story, type StoryName } from './scenario/stories.ts';
import { canLogToSyslog, Syslogd, type SyslogForm } from './syslogd.ts';

const withoutProcess = 'user=%u,db=%d,app=%a,client=%h ';

/** In which forms which story is recorded; the prefix of most has neither time nor process, which syslog writes. */
const recordings: readonly {
  readonly major: number;
  readonly story: StoryName;
  readonly form: SyslogForm;
  readonly settings: Readonly<Record<string, string>>;
}[] = [
  { major: 16, story: 'lively', form: 'traditional', settings: { log_line_prefix: prefixes.debian } },
  { major: 15, story: 'crash', form: 'precise', settings: { log_line_prefix: prefixes.default } },
  { major: 14, story: 'names', form: 'traditional', settings: { log_line_prefix: withoutProcess } },
  { major: 12, story: 'lively', form: 'rfc5424', settings: { log_line_prefix: withoutProcess } },
  {
    major: 17,
    story: 'everyday',
    form: 'traditional',
    settings: { log_line_prefix: withoutProcess, syslog_sequence_numbers: 'off' },
  },
  {
    major: 18,
    story: 'refused',
    form: 'rfc5424',
    settings: { log_line_prefix: '%q%u@%d ', syslog_split_messages: 'off' },
  },
];

if (!canLogToSyslog())
  throw new Error('Here no rsyslog can be started on /dev/log: apt-get install rsyslog, as root.');
for (const { major, story: name, form, settings } of recordings) {
  const syslogd = new Syslogd();
  await syslogd.listens();
  const story: Story = stories[name];
  const all = { ...story.settings, ...settings, log_destination: 'stderr,syslog' };
  const server = await startStage({ major, formats: ['stderr'], logTo: 'collector', settings: all });
  try {
    const crowd = new Crowd(server);
    await story.play(crowd);
    const truth = await crowd.atRest();
    await syslogd.has('at rest 1, it is');
    const folder = join(checkout, 'test', 'fixtures', `syslog-${major}-${form}-${name}`);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'syslog.log'), readFileSync(syslogd.path(form)));
    const about = {
      version: server.version,
      format: 'stderr',
      story: name,
      form,
      files: ['syslog.log'],
      settings: all,
    };
    writeFileSync(join(folder, 'about.json'), `${JSON.stringify(about, null, 2)}\n`);
    writeFileSync(join(folder, 'truth.json'), `${JSON.stringify(truth, null, 2)}\n`);
    console.log(`${major} ${name} ${form}`);
  } finally {
    await server.dispose();
    await syslogd.end();
  }
}
