import { startServer, type LogFormat, type Server } from '../servers.ts';
import { hba } from './cast.ts';
import type { Crowd } from './crowd.ts';
import { fullHouse, lively, options, replication, strangeNames } from './everyday.ts';
import { crash, fastRestart, immediateRestart, rotation } from './upheavals.ts';

/** What happens on a server, at the size of a fixture. */
export interface Story {
  /** The server's settings that belong to it. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly play: (crowd: Crowd) => Promise<void>;
}

const fixtureConnects = 20;

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
} satisfies Record<string, Story>;

export type StoryName = keyof typeof stories;

/** `log_line_prefix` as PostgreSQL, Debian, pgrx-tests and Amazon RDS set it. */
export const prefixes = {
  default: '%m [%p] ',
  debian: '%m [%p] %q%u@%d ',
  pgrxTests: '[%m] [%p] [%c]: ',
  rds: '%t:%r:%u@%d:[%p]:',
} as const;

/** A server for stories: it logs who comes and goes in these formats, the collector's all at once. */
export function startStage(stage: {
  readonly major: number;
  readonly formats: readonly LogFormat[];
  readonly logTo: 'file' | 'collector';
  readonly settings?: Readonly<Record<string, string>>;
}): Promise<Server> {
  const { major, formats, logTo } = stage;
  const destinations = formats.map((format) => (format === 'stderr' ? format : `${format}log`));
  return startServer({
    major,
    logTo,
    hba,
    settings: { ...logEverybody, log_destination: destinations.join(','), ...stage.settings },
  });
}

const logEverybody = { log_connections: 'on', log_disconnections: 'on' };

function afterLively(story: (crowd: Crowd) => Promise<void>): Story['play'] {
  return async (crowd) => {
    await lively(crowd, 0);
    await story(crowd);
  };
}
