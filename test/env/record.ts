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
import { availableMajors, type Server } from './servers.ts';

const extensions = { stderr: 'log', csv: 'csv', json: 'json' };

async function record(recording: Recording): Promise<void> {
  const { major, format, toFile, prefix = 'default' } = recording;
  const story: Story = stories[recording.story];
  const settings = { ...story.settings, ...recording.settings, log_line_prefix: prefixes[prefix] };
  const logTo = toFile === true ? 'file' : 'collector';
  const server = await startStage({ major, formats: [format], logTo, settings });
  try {
    const crowd = new Crowd(server);
    await story.play(crowd);
    const truth = await crowd.atRest();
    save(recording, server, { settings, truth });
  } finally {
    await server.dispose();
  }
}

function save(recording: Recording, server: Server, { settings, truth }: Record<string, unknown>): void {
  const { format, story, toFile, namesAreAmbiguous = false } = recording;
  const folder = join(checkout, 'test', 'fixtures', recordingName(recording));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const paths = logFiles(server, format, toFile !== true);
  const files = paths.map((path, index) => {
    const name = `${paths.length === 1 ? 'server' : index + 1}.${extensions[format]}`;
    // Not a copy: that would belong to the servers' user.
    writeFileSync(join(folder, name), readFileSync(path));
    return name;
  });
  const about = { version: server.version, format, story, files, settings, namesAreAmbiguous };
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
  await record(recording);
  console.log(name);
}
