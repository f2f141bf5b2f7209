/** A name of letters, digits, and what is none of the signs that stand around it in a message (assembly/messageNames.ts). */
const word = /^[\w.\u0080-\uffff-]+$/;
/** Where a message may tell one, as `user=app` or `"app"`. */
const told = /(?<=[="])[\w.\u0080-\uffff-]+(?=[ "\r\n]|$)/g;

/** A message that tells other names, by those that it tells: only where it tells whole ones. */
export function withOtherNames(message: string, others: ReadonlyMap<string, string>): string {
  return message.replace(told, (name) => others.get(name) ?? name);
}

/** Would a message that tells a name be told apart by it? */
export function canBeTold(name: string): boolean {
  return word.test(name);
}
