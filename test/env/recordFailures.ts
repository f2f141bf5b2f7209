// Records what fails: real servers are made to refuse logins, to end sessions and to crash, and each log goes to
// test/fixtures with the kinds of trouble that were provoked. `node test/env/recordFailures.ts --only 16-*-failedLogins`.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { checkout } from './checkout.ts';
import { Crowd } from './scenario/crowd.ts';
import { failureFixture, failureRecordings, type FailureRecording } from './scenario/failureRecordings.ts';
import { FailureLedger, type FailureTruth } from './scenario/failureLedger.ts';
import { failureStories, type FailureStory } from './scenario/failureStories.ts';
import { logFiles } from './scenario/logFiles.ts';
import { prefixes } from './scenario/stories.ts';
import { availableMajors, speaks, startServer, type LogFormat, type Server } from './servers.ts';

const extensions = { stderr: 'log', csv: 'csv', json: 'json' };
const debianLocale = 'C.UTF-8';

async function record(recording: FailureRecording): Promise<void> {
  const { major, formats, prefix = 'default' } = recording;
  const story: FailureStory = failureStories[recording.story];
  const abilities = { directories: major === 15 };
  const settings = { ...story.settings, ...recording.settings, log_line_prefix: prefixes[prefix] };
  const server = await startServer({
    major,
    logTo: story.toFile === true ? 'file' : 'collector',
    locale: abilities.directories ? debianLocale : undefined,
    hba: await story.hba(abilities),
    settings: {
      log_connections: 'on',
      log_disconnections: 'on',
      log_destination: formats.map((format) => (format === 'stderr' ? format : `${format}log`)).join(','),
      ...settings,
    },
  });
  try {
    const ledger = new FailureLedger(new Crowd(server));
    await story.play(ledger, abilities);
    const truth = await ledger.truth();
    for (const format of formats) save(recording, format, server, { settings, truth });
  } finally {
    await server.dispose();
  }
}

function save(
  recording: FailureRecording,
  format: LogFormat,
  server: Server,
  { settings, truth }: { settings: object; truth: FailureTruth },
): void {
  const { story } = recording;
  const { toFile }: FailureStory = failureStories[story];
  const folder = join(checkout, 'test', 'fixtures', failureFixture(recording, format));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const isCollected = toFile !== true;
  const files = logFiles(server, format, isCollected).map((path, index, { length }) => {
    const name = `${length === 1 ? 'server' : index + 1}.${extensions[format]}`;
    writeFileSync(join(folder, name), somewhere(readFileSync(path, 'latin1')), 'latin1');
    return name;
  });
  const about = { version: server.version, format, story, files, settings };
  writeFileSync(join(folder, 'about.json'), `${JSON.stringify(about, null, 2)}\n`);
  writeFileSync(join(folder, 'truth.json'), somewhere(`${JSON.stringify(truth, null, 2)}\n`));
}

/** Where this checkout is, of which the servers from npm and their extensions say the path, is nobody's business. */
function somewhere(text: string): string {
  return text.replaceAll(checkout, '/checkout/');
}

const { only = '' } = parseArgs({ options: { only: { type: 'string' } } }).values;
const majors = availableMajors();
for (const recording of failureRecordings) {
  const name = failureFixture(recording, '*');
  if (!name.includes(only)) continue;
  if (!majors.includes(recording.major) || (recording.major === 15 && !speaks(debianLocale))) {
    console.log(`${name}: there is no PostgreSQL ${recording.major} for this machine`);
    continue;
  }
  await record(recording);
  console.log(name);
}
