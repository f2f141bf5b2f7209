import { random as seeded } from '../../core/serverLog.ts';
import { castOf } from './cast.ts';
import { Crowd } from './crowd.ts';
import { csvPrinter } from './csvPrinter.ts';
import { fillerOf, type Filler } from './filler.ts';
import { jsonPrinter } from './jsonPrinter.ts';
import { LogWriter, type Sink } from './logWriter.ts';
import type { Printer } from './record.ts';
import { Server } from './server.ts';
import { stderrPrinter } from './stderrPrinter.ts';
import { truthOf, type Truth } from './truth.ts';
import { TruthBook } from './truthBook.ts';

/** What log is wanted; the same options give the same bytes. */
export interface LogOptions {
  readonly format: 'stderr' | 'csv' | 'json';
  /** log_line_prefix of a stderr log; it has to hold %m, %t or %n. */
  readonly prefix: string;
  /** How many of 100 records are about connections. */
  readonly share: number;
  readonly bytes: number;
  readonly seed: number;
  /** About how many sessions are kept open; undefined = 150, and restarts all through the log. */
  readonly open?: number | undefined;
}

const startAt = Date.UTC(2026, 10, 20, 9, 51, 17, 203);
const mostUpheavals = 5;

/** Writes a log of PostgreSQL 15 into the sink and tells the truth about it. */
export function generateLog(options: LogOptions, sink: Sink): Truth {
  const random = seeded(options.seed);
  const filler = fillerOf(random);
  const secondsOnly = options.format === 'stderr' && !/%-?\d*[mn]/.test(options.prefix);
  const truth = new TruthBook(secondsOnly ? 1000 : 1);
  const log = new LogWriter(startAt, printerOf(options), sink, random);
  const crowd = new Crowd(log, truth, castOf(random), random);
  const server = new Server(log, truth, crowd);
  let upheavals = 0;
  // where many sessions are wanted, the log is quiet for long enough to have them
  const lastUpheaval = options.bytes * (options.open === undefined ? 0.8 : 0.25);
  while (log.bytes < options.bytes) {
    if (upheavals < mostUpheavals && log.bytes >= ((upheavals + 1) / mostUpheavals) * lastUpheaval) {
      server.upheaval(upheavals);
      upheavals += 1;
    }
    tick(options, { log, crowd, server, filler, random });
  }
  crowd.settle();
  log.flush();
  return truthOf(options, truth, { log, crowd });
}

function printerOf({ format, prefix }: LogOptions): Printer {
  switch (format) {
    case 'stderr':
      return stderrPrinter(prefix);
    case 'csv':
      return csvPrinter();
    case 'json':
      return jsonPrinter();
  }
}

interface Story {
  readonly log: LogWriter;
  readonly crowd: Crowd;
  readonly server: Server;
  readonly filler: Filler;
  readonly random: () => number;
}

/** One record, of whoever has its turn. */
function tick({ share, open = 150 }: LogOptions, { log, crowd, server, filler, random }: Story): void {
  const isBusy = crowd.underWay > 0;
  log.pass(isBusy ? 3 : 40);
  if (isBusy && (crowd.underWay > 8 || random() < 0.5)) {
    crowd.step();
  } else if (crowd.records * 100 <= log.records * share) {
    const wanted = crowd.sessions.length < open ? 0.9 : 0.1;
    if (random() < wanted || crowd.sessions.length === 0) crowd.comes();
    else crowd.leaves();
  } else {
    speak(log, crowd, server, filler, random);
  }
}

function speak(log: LogWriter, crowd: Crowd, server: Server, filler: Filler, random: () => number): void {
  const session = crowd.sessions[Math.floor(random() * crowd.sessions.length)];
  if (session && !session.identity.replication && random() < 0.93) {
    const body = filler.ofSessions[Math.floor(random() * filler.ofSessions.length)];
    if (body) log.say(session.process, body);
    return;
  }
  const said = filler.ofServer[Math.floor(random() * filler.ofServer.length)];
  if (said) server.says(...said);
}
