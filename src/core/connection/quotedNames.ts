import { ByStart } from './byStart.ts';
import { englishOf, type Wording } from './languages.ts';
import { matchTemplate, messageTemplate, templateStart, type MessageTemplate } from './messageTemplate.ts';
import { namingMsgids } from './namingMsgids.ts';

/** The names that a message quotes. */
export interface QuotedNames {
  readonly user?: string | undefined;
  readonly database?: string | undefined;
  readonly remoteHost?: string | undefined;
}

type Role = keyof QuotedNames;

/** What stands before a place in English says what its value is. */
const roles: readonly (readonly [before: RegExp, Role])[] = [
  [/\b(?:user|role) "$/, 'user'],
  [/\bdatabase "$/, 'database'],
  [/\bhost "$/, 'remoteHost'],
];

/** A message with names, in one language: what the value of each place is, as English counts them. */
interface NamingMessage {
  readonly wording: Wording;
  readonly roles: readonly (Role | undefined)[];
}

const naming = new ByStart<NamingMessage>(({ translationsOf }) =>
  namingMsgids().flatMap((msgid) => {
    const rolesHere = rolesIn(msgid);
    if (rolesHere.every((role) => role === undefined)) return [];
    return [...englishOf(msgid), ...translationsOf(msgid)].map((wording): [string, NamingMessage] => [
      templateStart(wording.text),
      { wording, roles: rolesHere },
    ]);
  }),
);

function rolesIn(msgid: string): (Role | undefined)[] {
  return messageTemplate(msgid)
    .texts.slice(0, -1)
    .map((before) => roles.find(([end]) => end.test(before))?.[1]);
}

/** Longest message in which names are looked for: three names, a host and the words around them. */
const longestMessage = 1024;

/**
 * The names that a refusal quotes (`no pg_hba.conf entry for host "H", user "U", database "D", …`), in whatever
 * language. Quotes inside names are not escaped, so each name ends where the text begins that the server puts next;
 * but a name that the entry itself tells (`told`) and that stands whole in its place is that one. Of several readings
 * that is taken in which most told names stand, and else the first.
 */
export function quotedNames(message: string, told: QuotedNames): QuotedNames {
  if (message.length > longestMessage) return {};
  let best: { readonly names: QuotedNames; readonly standing: number } | undefined;
  naming.find(message, (reading) => {
    const read = namesIn(message, reading, told);
    if (read && read.standing > (best?.standing ?? -1)) best = read;
    return undefined;
  });
  return best?.names ?? {};
}

/** The names by one reading, and how many of them are told ones. */
function namesIn(
  message: string,
  { wording: { template }, roles: rolesHere }: NamingMessage,
  told: QuotedNames,
): { names: QuotedNames; standing: number } | undefined {
  const values = matchTemplate(template, message);
  if (!values) return undefined;
  const names: { [role in Role]?: string | undefined } = {};
  let standing = 0;
  for (const [place, value] of template.order.entries()) {
    const role = rolesHere[value];
    if (role === undefined) continue;
    const name = told[role];
    const stands = name !== undefined && standsIn(message, template, place, name);
    if (stands) standing += 1;
    names[role] = stands ? name : values[value];
  }
  return { names, standing };
}

function standsIn(message: string, { texts }: MessageTemplate, place: number, name: string): boolean {
  const at = message.indexOf((texts[place] ?? '') + name + (texts[place + 1] ?? ''));
  return at > 0 || (at === 0 && place === 0);
}
