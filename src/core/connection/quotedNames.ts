import { ByStart } from './byStart.ts';
import { failureTable } from './failureTable.ts';
import { msgidsOf, translationsOf, wordingsOf, type Wording } from './languages.ts';
import { matchTemplate, messageTemplate, type MessageTemplate } from './messageTemplate.ts';

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
  readonly template: MessageTemplate;
  readonly roles: readonly (Role | undefined)[];
}

const naming = new ByStart<NamingMessage>(() =>
  [...new Set(failureTable.flatMap(({ messages }) => messages))].flatMap((message) =>
    [...new Set([...msgidsOf(message), message])].flatMap((msgid) => {
      const rolesHere = rolesIn(msgid);
      if (!rolesHere.some((role) => role !== undefined)) return [];
      const english: Wording | undefined = wordingsOf(msgid)[0];
      return [...(english ? [english] : []), ...translationsOf(msgid)].map(
        ({ template }): readonly [string, NamingMessage] => [
          template.texts[0],
          { template, roles: rolesHere },
        ],
      );
    }),
  ),
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
 * that is taken in which all told names stand.
 */
export function quotedNames(message: string, told: QuotedNames): QuotedNames {
  if (message.length > longestMessage) return {};
  let first: QuotedNames | undefined;
  const agreed = naming.find(message, (reading) => {
    const values = matchTemplate(reading.template, message);
    if (!values) return undefined;
    const names: { [role in Role]?: string } = {};
    let agrees = true;
    for (const [place, value] of reading.template.order.entries()) {
      const role = reading.roles[value];
      const name = role && told[role];
      if (role === undefined) continue;
      const stands = name !== undefined && standsIn(message, reading.template, place, name);
      names[role] = stands ? name : values[value];
      agrees &&= stands || name === undefined;
    }
    first ??= names;
    return agrees ? names : undefined;
  });
  return agreed ?? first ?? {};
}

function standsIn(message: string, { texts }: MessageTemplate, place: number, name: string): boolean {
  const at = message.indexOf((texts[place] ?? '') + name + (texts[place + 1] ?? ''));
  return at > 0 || (at === 0 && place === 0);
}
