import { LogLinePrefix } from './logLinePrefix.ts';
import type { LogClock } from './logTimestamp.ts';
import { fitOf, type LabelledLine, type PrefixFit } from './prefixFit.ts';
import { few, knownFields, LabelledLines, most, type Sample } from './prefixSamples.ts';
import { templateOf } from './prefixTemplate.ts';
import { prefixVariants } from './prefixVariants.ts';

/**
 * Prefixes met in practice, the server's default first: where two understand a log equally well, the earlier one
 * is taken. (PostgreSQL, Debian, pgrx-tests, RDS, Azure, Cloud SQL, Heroku, pgBadger, pganalyze.)
 */
const usualPrefixes = [
  '%m [%p] ',
  '%m [%p] %q%u@%d ',
  '[%m] [%p] [%c]: ',
  '%m [%p] %q%u@%d/%a ',
  '%t:%r:%u@%d:[%p]:',
  '%m:%r:%u@%d:[%p]:%l:%e:%s:%v:%x:%c:%q%a:',
  '%t-%c-',
  '%m [%p]: [%l-1] db=%d,user=%u ',
  '%t [%p]: user=%u,db=%d,app=%a,client=%h ',
  '%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ',
  '%m [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ',
  '%t [%p]: [%l-1] user=%u,db=%d ',
  '%m [%p][%v] : [%l-1] %q[app=%a] ',
  '%t [%p-%l] %q%u@%d ',
  '%m [%p] %q[user=%u,db=%d,app=%a] ',
  '%m [%p] %q[user=%u,db=%d,app=%a,host=%h] ',
  '%t [%p]: [%l-1] user=%u,db=%d - PG-%e ',
  '%t [%p]: [%l-1] [trx_id=%x] user=%u,db=%d ',
  '[%p]: [%l-1] db=%d,user=%u ',
  '%m %r %u %a [%c] [%p] ',
  'pid=%p,user=%u,db=%d,app=%a,client=%h ',
  '%m [%p]: [%l-1] ',
  '%t [%p]: [%l-1] ',
  '%t [%p] ',
  '%n [%p] ',
  '%p ',
  '< %m >',
  '',
] as const;

/** Labels of one line that are looked at, where the prefix may hold the text of one. */
const mostLabels = 4;
/** Templates that are tried, and how often the best prefix is bettered. */
const mostTemplates = 8;
const mostRounds = 4;
/** A prefix that reads so many lines this much worse than the best one so far is not tried on the others. */
const mostProbes = 40;
const worseOnProbes = 20;
/** So many messages that name what the prefix does prove that its names are whole. */
const enoughNamed = 10;
/** One line of so many may be in doubt. */
const fewDoubts = 40;
/** What is configured, or was so before, is believed where it reads as much. */
const candidateBonus = 2;

/** A prefix and how many of the labelled lines it reads. */
export interface InferredPrefix extends PrefixFit {
  readonly prefix: LogLinePrefix;
  readonly labelled: number;
}

/**
 * Finds the log_line_prefix of some lines of a stderr log. The given candidates, the usual ones and those that the
 * lines themselves suggest are tried: the one that reads most lines and contradicts their messages least wins, the
 * earlier at a draw. What still does not fit is bettered step by step. Undefined when no line has a label.
 */
export function inferPrefix(
  lines: readonly string[],
  clock: LogClock,
  candidates: readonly string[] = [],
): InferredPrefix | undefined {
  const labelled = new LabelledLines(lines, 1);
  const exact = exactPrefix(labelled.first(few), clock, candidates);
  if (exact) return exact;
  const byFirstLabel = labelled.first(most).lines;
  // what begins behind another label may be a statement's text, unless no first label has a message behind it
  const samples = byFirstLabel.some(({ message }) => message)
    ? byFirstLabel
    : new LabelledLines(lines, mostLabels).first(most).lines;
  if (samples.length === 0) return undefined;
  const search = new Search(samples, clock);
  search.tryKnown(candidates);
  if (!search.isExact) search.tryAll(templatesOf(samples), () => search.isExact);
  for (let round = 0; round < mostRounds && !search.isPerfect && search.best; round += 1) {
    const before = search.best;
    if (before.understood * 4 < samples.length) break;
    if (isHardlyDoubted(before)) break;
    search.tryAll(prefixVariants(before.prefix.text), () => search.isPerfect);
    if (search.best === before) break;
  }
  return search.best;
}

/** That of the candidates and the usual ones which leaves nothing open; undefined = there is none, or too few lines tell. */
function exactPrefix(
  { lines, telling }: Sample,
  clock: LogClock,
  candidates: readonly string[],
): InferredPrefix | undefined {
  if (telling < few.telling) return undefined;
  const search = new Search(lines, clock, true);
  search.tryKnown(candidates);
  return search.isExact ? search.best : undefined;
}

/** Every line is read. Statements can have lines logged that contradict themselves: a few of many. */
function isHardlyDoubted({ understood, labelled, doubts }: InferredPrefix): boolean {
  return understood === labelled && doubts * fewDoubts <= labelled;
}

/**
 * A name swallows whatever follows it, and a number is taken for another: there may be a prefix that tells more, unless it
 * has no names, or enough messages name the same.
 */
function tellsAll(inferred: InferredPrefix): boolean {
  const { prefix, named, applications, doubts } = inferred;
  if ((!prefix.has('p') && !prefix.has('c')) || !isHardlyDoubted(inferred)) return false;
  if (prefix.has('a') && applications < enoughNamed) return false;
  if (!prefix.has('u') && !prefix.has('d')) return doubts === 0;
  return prefix.has('u') && prefix.has('d') && named >= enoughNamed;
}

/**
 * Whether lines that a prefix reads are those of a server's log, and not of another program's, of a text about logs or
 * of source code. A time with its zone before a label is enough; without it, messages that only a server writes are.
 */
export function isServersLog({ prefix, understood, labelled, proofs }: InferredPrefix): boolean {
  if (understood * 2 < labelled) return false;
  const { text } = prefix;
  const isTimed = /%-?\d*[mtns]/.test(text);
  // a word and a space or a quote before the first field may be the beginning of a line in a programming language
  if (isTimed)
    return (
      proofs >= 2 ||
      (understood >= 5 && understood === labelled) ||
      !/^(?:[^%]|%99v)*[a-z](?:[^%]|%99v)*[ `'"]/i.test(text)
    );
  const tellsProcess = /%-?\d*[pce]/.test(text);
  return proofs > 0 && understood >= 2 && (tellsProcess || !/["'`]/.test(text));
}

/** The best prefix among those that were tried. */
class Search {
  best: InferredPrefix | undefined;
  readonly #samples: readonly LabelledLine[];
  /** Some of them, from everywhere. */
  readonly #probes: readonly LabelledLine[];
  /** How the best one reads these, once that has been asked. */
  #bestOnProbes: number | undefined;
  readonly #clock: LogClock;
  readonly #mustReadAll: boolean;
  readonly #tried = new Set<string>();

  /** `mustReadAll`: a prefix that does not read a sample is none. */
  constructor(samples: readonly LabelledLine[], clock: LogClock, mustReadAll = false) {
    this.#samples = samples;
    this.#clock = clock;
    this.#mustReadAll = mustReadAll;
    const step = Math.ceil(samples.length / mostProbes);
    this.#probes = step > 1 ? samples.filter((_, index) => index % step === 0) : [];
  }

  /** Every line is read, and none contradicted. */
  get isPerfect(): boolean {
    return this.best?.understood === this.#samples.length && this.best.doubts === 0;
  }

  /** Nothing can be told better. */
  get isExact(): boolean {
    return this.best !== undefined && tellsAll(this.best);
  }

  /** Those that are known of this log, and the usual ones. */
  tryKnown(candidates: readonly string[]): void {
    const isExact = (): boolean => this.isExact;
    this.tryAll(candidates, isExact, candidateBonus);
    if (!this.isExact) this.tryAll(usualPrefixes, isExact);
  }

  /** `bonus`: how much is known in favour of these. */
  tryAll(texts: readonly string[], isEnough: () => boolean, bonus = 0): void {
    for (const text of texts) {
      if (this.#tried.has(text)) continue;
      this.#tried.add(text);
      const prefix = new LogLinePrefix(text);
      if (this.#isMuchWorse(prefix)) continue;
      const fit = fitOf(prefix, this.#samples, this.#clock, this.#mustReadAll);
      if (!fit) continue;
      const score = fit.score + bonus;
      if (fit.understood === 0 || score <= (this.best?.score ?? Number.NEGATIVE_INFINITY)) continue;
      this.best = { ...fit, score, prefix, labelled: this.#samples.length };
      this.#bestOnProbes = undefined;
      if (isEnough()) return;
    }
  }

  /** Than the best one so far, as the probes tell. */
  #isMuchWorse(prefix: LogLinePrefix): boolean {
    if (!this.best || this.#probes.length === 0) return false;
    this.#bestOnProbes ??= this.#onProbes(this.best.prefix);
    return this.#onProbes(prefix) < this.#bestOnProbes - worseOnProbes;
  }

  #onProbes(prefix: LogLinePrefix): number {
    return fitOf(prefix, this.#probes, this.#clock)?.score ?? Number.NEGATIVE_INFINITY;
  }
}

/** What the lines suggest, the most frequent first. */
function templatesOf(samples: readonly LabelledLine[]): string[] {
  const votes = new Map<string, number>();
  for (const sample of samples) {
    const known = knownFields(sample);
    const template = templateOf(sample.head, known);
    // who names both a user and a database, and not the same, tells most
    const namesBoth =
      known?.user !== undefined && known.database !== undefined && known.user !== known.database;
    const weight = known === undefined ? 1 : namesBoth ? 20 : 3;
    votes.set(template, (votes.get(template) ?? 0) + weight);
  }
  const likely = [...votes]
    .sort((a, b) => b[1] - a[1])
    .slice(0, mostTemplates)
    .map(([template]) => template);
  // what looks alike in one line: the start of a process and the time, the server's own address and the client's
  const hasLocalAddress = samples.some(({ head }) => head.includes('[none]'));
  return likely.flatMap((text) => [
    text,
    text.replace(/(%-?\d*)s/, '$1t'),
    ...(hasLocalAddress ? [text.replace(/(%-?\d*)h/, '$1L')] : []),
  ]);
}
