import { startServer, type LogFormat, type Server } from '../servers.ts';
import { hba } from './cast.ts';
import type { Crowd } from './crowd.ts';
import { fullHouse, lively, options, replication, strangeNames } from './everyday.ts';
import {
  aborted,
  background,
  changed,
  late,
  lostClients,
  postmasterKilled,
  promotion,
  secondStart,
  timeouts,
} from './accidents.ts';
import { castAll } from './cast.ts';
import { crash, fastRestart, immediateRestart, rotation } from './upheavals.ts';
import { comeAndGo, stay } from './visits.ts';

/** What happens on a server, at the size of a fixture. */
export interface Story {
  /** The server's settings that belong to it. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly play: (crowd: Crowd) => Promise<void>;
}

const fixtureConnects = 8;

/** Stories for a server of their own. After them the log is whole and some clients are still in. */
export const stories = {
  lively: { play: (crowd) => lively(crowd, fixtureConnects) },
  names: { play: strangeNames },
  replication: { play: replication },
  options: { play: options },
  refused: {
    settings: { max_connections: '18', superuser_reserved_connections: '3' },
    play: async (crowd) => {
      await lively(crowd, 0);
      await fullHouse(crowd);
    },
  },
  crash: { play: afterLively(crash) },
  immediateRestart: { play: afterLively(immediateRestart) },
  fastRestart: { play: afterLively(fastRestart) },
  rotation: {
    settings: { log_filename: 'postgresql-%Y-%m-%d_%H%M%S.log' },
    play: afterLively((crowd) => rotation(crowd, 8, 3)),
  },
  constantName: {
    settings: { log_filename: 'server.log' },
    play: afterLively((crowd) => rotation(crowd, 4, 4)),
  },
  everyday: {
    play: withCast(async (crowd) => {
      await comeAndGo(crowd, 4);
      await stay(crowd, 3);
    }),
  },
  timeouts: { play: withCast(timeouts) },
  lostClients: { play: withCast(lostClients) },
  postmasterKilled: { play: withCast(postmasterKilled) },
  aborted: { play: withCast(aborted) },
  promotion: { play: withCast(promotion) },
  secondStart: { play: withCast(secondStart) },
  background: {
    settings: { log_autovacuum_min_duration: '0', autovacuum_naptime: '1s' },
    play: withCast(background),
  },
  late: { settings: { log_filename: 'postgresql-%Y-%m-%d_%H%M%S.log' }, play: withCast(late) },
  changedPrefix: {
    play: withCast(
      changed([
        { log_line_prefix: '%t [%p-%l] %q%u@%d ' },
        { log_line_prefix: '[%m] [%p] [%c]: ' },
        { log_line_prefix: '%m [%p] ' },
      ]),
    ),
  },
  changedZone: {
    play: withCast(
      changed([
        { log_timezone: 'Europe/Berlin' },
        { log_timezone: 'Asia/Kathmandu' },
        { log_timezone: 'UTC' },
      ]),
    ),
  },
  changedVerbosity: {
    play: withCast(
      changed([
        { log_error_verbosity: 'verbose' },
        { log_error_verbosity: 'terse' },
        { log_error_verbosity: 'default' },
      ]),
    ),
  },
} satisfies Record<string, Story>;

export type StoryName = keyof typeof stories;

/** `log_line_prefix` as PostgreSQL, Debian, pgrx-tests and Amazon RDS set it. */
export const prefixes = {
  default: '%m [%p] ',
  debian: '%m [%p] %q%u@%d ',
  pgrxTests: '[%m] [%p] [%c]: ',
  rds: '%t:%r:%u@%d:[%p]:',
  rdsLong: '%m:%r:%u@%d:[%p]:%l:%e:%s:%v:%x:%c:%q%a:',
  azure: '%t-%c-',
  cloudSql: '%m [%p]: [%l-1] db=%d,user=%u ',
  pgBadger: '%t [%p]: user=%u,db=%d,app=%a,client=%h ',
  pgBadgerLines: '%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ',
  pganalyze: '%m [%p] %q[user=%u,db=%d,app=%a,host=%h] ',
  pganalyzeCode: '%t [%p]: [%l-1] user=%u,db=%d - PG-%e ',
  pganalyzeSession: '%m %r %u %a [%c] [%p] ',
  manual: '%m [%p] %q%u@%d/%a ',
  epoch: '%n [%p] ',
  processFirst: '%p %m %b|%u|%d: ',
  padded: '%m [%6p] %-12u %q%-12d ',
} as const;

/** A server for stories: it logs who comes and goes in these formats, the collector's all at once. */
export function startStage(stage: {
  readonly major: number;
  readonly formats: readonly LogFormat[];
  readonly logTo: 'file' | 'collector';
  readonly settings?: Readonly<Record<string, string>>;
  readonly locale?: string | undefined;
}): Promise<Server> {
  const { major, formats, logTo, locale } = stage;
  const destinations = formats.map((format) => (format === 'stderr' ? format : `${format}log`));
  return startServer({
    major,
    logTo,
    locale,
    hba,
    settings: { ...logEverybody, log_destination: destinations.join(','), ...stage.settings },
  });
}

const logEverybody = { log_connections: 'on', log_disconnections: 'on' };

/** A story among roles and databases that are there. */
function withCast(story: (crowd: Crowd) => Promise<void>): Story['play'] {
  return async (crowd) => {
    await castAll(await crowd.observer());
    await story(crowd);
  };
}

function afterLively(story: (crowd: Crowd) => Promise<void>): Story['play'] {
  return async (crowd) => {
    await lively(crowd, 0);
    await story(crowd);
  };
}
