import type { StoredTrouble } from '../core/session/keptTroubles.ts';
import type { TroubleCategory, TroubleGroup, TroubleLists } from '../core/snapshot/troubleLists.ts';
import type { ReadFile } from '../sources/postgresLog.ts';
import type { LogFold } from './logFold.ts';

type Place = Pick<StoredTrouble, 'fileNumber' | 'offsetBytes'>;

/**
 * What the views did with the troubles in a fold of a log's end, said of the same troubles in a fold of the whole log:
 * the two number their events and their files each for itself.
 */
export class SeenInWhole {
  readonly #end: LogFold;
  readonly #whole: LogFold;
  /** The number of the file that `end` has read. */
  readonly #endNumber: number | undefined;
  /** That file in the whole log, once for each of its turns. */
  readonly #turns: readonly ReadFile[];

  constructor(end: LogFold, whole: LogFold) {
    this.#end = end;
    this.#whole = whole;
    const last = end.log.files.at(-1);
    this.#endNumber = last?.number;
    const { files } = whole.log;
    const same = files.findLast(({ file: { identity } }) => identity.inode === last?.file.identity.inode);
    // one that was truncated is another file since then
    this.#turns = files.filter(({ file }) => file === same?.file);
  }

  /** Failures up to this id have been looked at, if it was `seenId` in the end. */
  seenId(seenId: number): number {
    const { state, log } = this.#end;
    const newest = this.#whole.state.nextEventId - 1;
    const fresh = state.troubles.failure.find(({ id }) => id > seenId) ?? log.settled;
    const fromBytes = fresh?.offsetBytes ?? Number.POSITIVE_INFINITY;
    const number = this.#numberAt(fromBytes);
    if (number === undefined) return newest;
    const isFresh = ({ fileNumber, offsetBytes }: Place): boolean =>
      fileNumber > number || (fileNumber === number && offsetBytes >= fromBytes);
    const first = this.#whole.state.troubles.failure.find(isFresh);
    return first ? first.id - 1 : newest;
  }

  /** The keys of the groups that were acknowledged; `shown` are those of the whole log. */
  acknowledged(keys: ReadonlySet<string>, { failures, endings, problems }: TroubleLists): string[] {
    const groups = [...failures, ...endings, ...problems];
    return [...keys].flatMap((key) => {
      const [category, kind = '', firstId] = key.split(':') as [TroubleCategory, string?, string?];
      const trouble = this.#inWhole(category, Number(firstId));
      if (!trouble) return [];
      // the group may begin before the end that was read, or be hidden by the filter
      const group = groups.find((each) => holds(each, trouble));
      return [group?.key ?? `${category}:${kind}:${trouble.id}`];
    });
  }

  #inWhole(category: TroubleCategory, id: number): StoredTrouble | undefined {
    const trouble = this.#end.state.troubles.byId(category, id);
    if (!trouble || trouble.fileNumber !== this.#endNumber) return undefined;
    const number = this.#numberAt(trouble.offsetBytes);
    return this.#whole.state.troubles[category].find(
      ({ fileNumber, offsetBytes }) => fileNumber === number && offsetBytes === trouble.offsetBytes,
    );
  }

  /** The number of the turn in which this place of the end's file was read. */
  #numberAt(offsetBytes: number): number | undefined {
    const turn = this.#turns.find(({ toBytes }) => toBytes === undefined || offsetBytes < toBytes);
    return (turn ?? this.#turns.at(-1))?.number;
  }
}

/** The groups of the same repeats follow each other, and their members are numbered in their order. */
function holds(group: TroubleGroup, trouble: StoredTrouble): boolean {
  const isAlike = (['category', 'kind', 'sqlState', 'user', 'database', 'remoteHost'] as const).every(
    (part) => group[part] === trouble[part],
  );
  const firstId = Number(group.key.slice(group.key.lastIndexOf(':') + 1));
  return isAlike && firstId <= trouble.id && trouble.id <= (group.members[0]?.id ?? 0);
}
