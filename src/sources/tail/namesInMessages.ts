import type { DividedText } from '../../core/log/namedHead.ts';
import type { NameField } from '../../core/log/plainHead.ts';

export const nameFields = ['user', 'database', 'applicationName'] as const satisfies readonly NameField[];
/** Names by what they are. */
export type Names = { readonly [Field in NameField]?: string | undefined };

/** A name of letters, digits, and what is none of the signs that stand around it in a message (assembly/messageNames.ts). */
const word = /^[\w.\u0080-\uffff-]+$/;
/** Where a message may tell one, as `user=app` or `"app"`. */
const told = /(?<=[="])[\w.\u0080-\uffff-]+(?=[ "\r\n]|$)/g;

/** A message, divided at those of these names that it tells: only where it tells whole ones. */
export function divideAtNames(message: string, names: Names): DividedText {
  const between: string[] = [];
  const fields: NameField[] = [];
  let from = 0;
  for (const { 0: name, index } of message.matchAll(told)) {
    const field = nameFields.find((each) => names[each] === name);
    if (!field) continue;
    between.push(message.slice(from, index));
    fields.push(field);
    from = index + name.length;
  }
  between.push(message.slice(from));
  return { between, fields };
}

/** The text with these names. */
export function joined({ between, fields }: DividedText, names: Names): string {
  let text = between[0] ?? '';
  for (const [index, field] of fields.entries()) text += `${names[field] ?? ''}${between[index + 1] ?? ''}`;
  return text;
}

/** Would a message that tells a name be told apart by it? */
export function canBeTold(name: string): boolean {
  return word.test(name);
}
