import { sentence, type Sentence } from '../sentence.ts';
import type { ActivitySample } from './activity.ts';
import { queryCharacters } from './activity.ts';
import { patternEffort } from './patternEffort.ts';
import type { TagCount } from './serverSnapshot.ts';
import { clientSessions } from './sessionAges.ts';

/** What tags are there where the settings name none: the sessions that work for pg_tviews. */
export const defaultQueryTags: Readonly<Record<string, string>> = { tview: 'tview|refresh' };

const mostTags = 20;
const longestName = 63;
const longestPattern = 200;
const mostPids = 1000;
/** By the open repeats of a pattern, with whose power the work grows: characters that it is shown, and its other ways. */
const bounds = [
  { characters: queryCharacters, ways: 64 },
  { characters: queryCharacters / 2, ways: 16 },
  { characters: queryCharacters / 8, ways: 4 },
];

/** A pattern that is safe to run. */
interface Tag {
  readonly name: string;
  readonly pattern: RegExp;
  readonly characters: number;
}

/** Tags that can be counted, and what is wrong with the others. */
export interface QueryTags {
  readonly tags: readonly Tag[];
  readonly problems: readonly Sentence[];
}

/**
 * Compiles named patterns (regular expressions as JavaScript has them, without regard to case). One that cannot be read,
 * or that a text could make run for very long, is left out with a sentence.
 */
export function queryTagsOf(patterns: Readonly<Record<string, string>>): QueryTags {
  const tags: Tag[] = [];
  const problems: Sentence[] = [];
  for (const [name, text] of Object.entries(patterns).slice(0, mostTags)) {
    const tag = tagOf(name, text);
    if ('pattern' in tag) tags.push(tag);
    else problems.push(tag);
  }
  if (Object.keys(patterns).length > mostTags)
    problems.push(sentence('More than {0} query tags: the rest is left out.', mostTags));
  return { tags, problems };
}

function tagOf(fullName: string, text: string): Tag | Sentence {
  const name = fullName.slice(0, longestName);
  if (text === '' || text.length > longestPattern)
    return sentence(
      'The query tag {0} needs a pattern of 1 to {1} characters: it is left out.',
      name,
      longestPattern,
    );
  const pattern = compiled(text);
  if (pattern === undefined)
    return sentence('The pattern of the query tag {0} is no regular expression: it is left out.', name);
  const effort = patternEffort(text);
  const bound = effort && bounds[effort.repeats];
  if (bound === undefined || effort === undefined || effort.ways > bound.ways)
    return sentence(
      'The pattern of the query tag {0} could take very long: use no look-around or back reference, repeat no group that has alternatives or repeats, and repeat at most twice.',
      name,
    );
  return { name, pattern, characters: bound.characters };
}

function compiled(text: string): RegExp | undefined {
  try {
    return new RegExp(text, 'iu');
  } catch {
    return undefined;
  }
}

/** The client sessions whose newest statement each tag matches, oldest first; at most 1,000 pids each. */
export function tagCounts(sample: Pick<ActivitySample, 'backends'>, { tags }: QueryTags): TagCount[] {
  const sessions = clientSessions(sample);
  return tags.map(({ name, pattern, characters }) => ({
    tag: name,
    pids: sessions
      .filter(({ query }) => query !== undefined && pattern.test(query.slice(0, characters)))
      .slice(0, mostPids)
      .map(({ pid }) => pid),
  }));
}
