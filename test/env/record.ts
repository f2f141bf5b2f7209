// Records the fixtures: real servers play the stories, and each log goes to test/fixtures with the truth about it.
// `npm run record -- --only 16-csv-lively` records one (or those whose names contain the word).
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { checkout } from './checkout.ts';
import { Crowd } from './scenario/crowd.ts';
import { logFiles } from './scenario/logFiles.ts';
import { recordingName, recordings, type Recording } from './scenario/recordings.ts';
import { prefixes, startStage, stories, type Story } from './scenario/stories.ts';
import { availableMajors, speaks, type LogFormat, type Server } from './servers.ts';

const extensions = { stderr: 'log', csv: 'csv', json: 'json' };

async function record(recording: Recording): Promise<void> {
  const { major, formats, toFile, locale, prefix = 'default' } = recording;
  const story: Story = stories[recording.story];
  const settings = { ...story.settings, ...recording.settings, log_line_prefix: prefixes[prefix] };
  const logTo = toFile === true ? 'file' : 'collector';
  const server = await startStage({ major, formats, logTo, settings, locale });
  try {
    const crowd = new Crowd(server);
    await story.play(crowd);
    const truth = await crowd.atRest();
    for (const format of formats) save(recording, format, server, { settings, truth });
  } finally {
    await server.dispose();
  }
}

function save(
  recording: Recording,
  format: LogFormat,
  server: Server,
  { settings, truth }: Record<string, unknown>,
): void {
  const { story, toFile, locale, namesAreAmbiguous, hostsAreUnlogged } = recording;
  const folder = join(checkout, 'test', 'fixtures', recordingName(recording, format));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const paths = logFiles(server, format, toFile !== true);
  const files = paths.map((path, index) => {
    const name = `${paths.length === 1 ? 'server' : index + 1}.${extensions[format]}`;
    // Not a copy: that would belong to the servers' user.
    writeFileSync(join(folder, name), readFileSync(path));
    return name;
  });
  const about = {
    run: recordingName(recording),
    version: server.version,
    ...{ format, story, locale, files, settings },
    // csv and json tell every name apart
    namesAreAmbiguous: format === 'stderr' && namesAreAmbiguous === true,
    hostsAreUnlogged,
  };
  writeFileSync(join(folder, 'about.json'), `${JSON.stringify(about, null, 2)}\n`);
  writeFileSync(join(folder, 'truth.json'), `${JSON.stringify(truth, null, 2)}\n`);
}

const { only = '' } = parseArgs({ options: { only: { type: 'string' } } }).values;
const majors = availableMajors();
for (const recording of recordings.filter((each) => recordingName(each).includes(only))) {
  const name = recordingName(recording);
  if (!majors.includes(recording.major)) {
    console.log(`${name}: there is no PostgreSQL ${recording.major} for this machine`);
    continue;
  }
  if (recording.locale !== undefined && !speaks(recording.locale)) {
    console.log(`${name}: there is no server here that speaks ${recording.locale}`);
    continue;
  }
  await record(recording);
  console.log(name);
}
