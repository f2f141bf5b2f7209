import { detectFormat, type FormatHints } from '../formatDetection.ts';
import { LogLinePrefix } from '../logLinePrefix.ts';
import { cloudWrappings } from './cloudLines.ts';
import { containerWrappings } from './containerLines.ts';
import { LineAssembly, type AddedPrefix } from './lineAssembly.ts';
import { recordWrappings } from './recordExports.ts';
import { syslogWrapping } from './syslogLines.ts';
import type { WrappedLine, WrappedReader, Wrapping, WrappingContext } from './wrappedLine.ts';

/** Every way, the more exact before those that many lines fit. */
const wrappings: readonly Wrapping[] = [
  ...containerWrappings.slice(0, -1),
  ...cloudWrappings,
  ...recordWrappings,
  syslogWrapping,
  ...containerWrappings.slice(-1),
];
const deepest = 3;
/** The longest line of parts, inside of which another is. */
const longestPart = 1024 * 1024;
/** Lines of a sample that are looked at, and how many of another kind may be among them. */
const mostLines = 4000;
const mostStrange = 2;

/** How the lines of a file are wrapped, from the outside in. */
export interface DetectedWrapping {
  readonly wrappings: readonly Wrapping[];
  /** Whose lines are the server's log, where several share the file. */
  readonly source: string | undefined;
  /** Others whose lines are the log of a server too. */
  readonly otherServers: readonly string[];
  readonly added: AddedPrefix;
}

/**
 * How a sample of a log is wrapped; undefined = it is not, or what is in it is no log of a server. Something counts as
 * wrapped only if what is left without it is a log.
 */
export function detectWrapping(
  sample: string,
  context: WrappingContext,
  hints: FormatHints,
): DetectedWrapping | undefined {
  const lines = sample.split(/\r?\n/, mostLines);
  for (const wrapping of wrappings) {
    const unwrapped = unwrapAll(lines, [wrapping], context);
    const found = unwrapped && innermost([wrapping], unwrapped, lines, context, hints);
    if (found) return found;
  }
  return undefined;
}

/** Reads lines through several wrappings, one in the other. */
export function nestedReader(chain: readonly Wrapping[], context: WrappingContext): WrappedReader {
  const readers = chain.map((wrapping) => wrapping.reader(context));
  const parts = chain.map(() => '');
  const through = (line: WrappedLine, from: number): WrappedLine[] => {
    const reader = readers[from];
    if (!reader) return [line];
    const text = (parts[from] ?? '') + line.text;
    parts[from] = line.isPartial === true && text.length < longestPart ? text : '';
    if (parts[from] !== '') return [];
    const inner = reader.read(text) ?? [];
    return inner.flatMap((each) => through({ ...line, isPartial: false, ...defined(each) }, from + 1));
  };
  const [outer] = readers;
  return {
    read: (line) => outer?.read(line)?.flatMap((each) => through(each, 1)),
    end: () => outer?.end().flatMap((each) => through(each, 1)) ?? [],
  };
}

function defined(line: WrappedLine): WrappedLine {
  return Object.fromEntries(
    Object.entries(line).filter(([, value]) => value !== undefined),
  ) as unknown as WrappedLine;
}

/** The lines without what is around them; undefined if too few of them are of this kind. */
function unwrapAll(
  lines: readonly string[],
  chain: readonly Wrapping[],
  context: WrappingContext,
): WrappedLine[] | undefined {
  const reader = nestedReader(chain, context);
  const unwrapped: WrappedLine[] = [];
  let known = 0;
  let strange = 0;
  for (const line of lines) {
    const wrapped = reader.read(line);
    if (wrapped) known += 1;
    else if (line !== '') strange += 1;
    unwrapped.push(...(wrapped ?? []));
    if (strange > 20 && known === 0) return undefined;
  }
  unwrapped.push(...reader.end());
  const isOfAll = chain.some((wrapping) => wrapping.isOfAll);
  const isEnough = strange <= mostStrange || (!isOfAll && known >= strange);
  return isEnough && unwrapped.length > 0 ? unwrapped : undefined;
}

function innermost(
  chain: readonly Wrapping[],
  unwrapped: readonly WrappedLine[],
  lines: readonly string[],
  context: WrappingContext,
  hints: FormatHints,
): DetectedWrapping | undefined {
  if (chain.length < deepest) {
    const inside = wholeLines(unwrapped, undefined, { time: false, pid: false });
    for (const wrapping of wrappings) {
      if (chain.includes(wrapping) || wrapping.name === 'container timestamps') continue;
      if (!unwrapAll(inside, [wrapping], context)) continue;
      const deeper = [...chain, wrapping];
      const found = innermost(deeper, unwrapAll(lines, deeper, context) ?? [], lines, context, hints);
      if (found) return found;
    }
  }
  const sources = [...new Set(unwrapped.map(({ source }) => source))];
  const servers = sources.flatMap((source) => {
    const added = addedPrefix(unwrapped, source, context, hints);
    return added ? [{ source, added }] : [];
  });
  const [first, ...others] = servers;
  if (!first) return undefined;
  const otherServers = others.flatMap(({ source }) => source ?? []);
  return { wrappings: chain, ...first, otherServers };
}

/** What has to be added to the lines of a source so that they are a log; undefined = they are none. */
function addedPrefix(
  unwrapped: readonly WrappedLine[],
  source: string | undefined,
  context: WrappingContext,
  hints: FormatHints,
): AddedPrefix | undefined {
  const ofSource = unwrapped.filter((line) => line.source === source);
  const formatWith = (added: AddedPrefix): ReturnType<typeof detectFormat> =>
    detectFormat(wholeLines(ofSource, source, added).join('\n'), context.clock, hints);
  const none = { time: false, pid: false };
  const plain = formatWith(none);
  const prefix = plain?.format.logLinePrefix;
  if (plain && prefix === undefined) return none;
  const has = new LogLinePrefix(prefix ?? '');
  const added = {
    time: !['m', 't', 'n'].some((letter) => has.has(letter)) && ofSource.some(({ at }) => at !== undefined),
    pid: !['p', 'c'].some((letter) => has.has(letter)) && ofSource.some(({ pid }) => pid !== undefined),
  };
  if (!added.time && !added.pid) return plain && none;
  return formatWith(added) ? added : plain && none;
}

function wholeLines(lines: readonly WrappedLine[], source: string | undefined, added: AddedPrefix): string[] {
  const whole: string[] = [];
  const assembly = new LineAssembly(source, added, ({ text }) => whole.push(text));
  for (const line of lines) assembly.add(line, 0);
  assembly.end();
  return whole;
}
