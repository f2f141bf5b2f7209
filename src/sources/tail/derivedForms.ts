import { isAscii } from '../../core/isAscii.ts';
import type { LogEntry } from '../../core/log/logEntry.ts';
import type { LogFormat } from '../../core/log/logFormat.ts';
import { dividedHead, type DividedText } from '../../core/log/namedHead.ts';
import type { NameField } from '../../core/log/plainHead.ts';
import { recurringFormOf, type OtherForm, type RecurringForm } from '../../core/log/recurring.ts';
import { utf8Of } from './lineParts.ts';
import { divideAtNames, joined, nameFields } from './namesInMessages.ts';

type Form = RecurringForm | OtherForm;
type Told = RecurringForm['message'];
type EntryToFill = { -readonly [Field in keyof LogEntry]: LogEntry[Field] };

/** What of a form is another in those that are like it but for the names of their heads. */
interface Pattern {
  readonly head: DividedText;
  /** Undefined = its message tells none of these names. */
  readonly text: DividedText | undefined;
  /** What its message tells is the same but for these names; undefined = it must be read. */
  readonly told: readonly (readonly [key: keyof Told, field: NameField])[] | undefined;
}

/** Stand for names that a message tells, each of them a word that no message has. */
const placeholders: Readonly<Record<NameField, string>> = {
  user: 'Zusername',
  database: 'Zdatabasename',
  applicationName: 'Zapplicationname',
};

/** Makes forms that are like others but for the plain names in their heads, and where their messages tell them again. */
export class DerivedForms {
  /** By the numbers of the others. */
  readonly #patterns = new Map<number, Pattern>();

  clear(): void {
    this.#patterns.clear();
  }

  /** A form with this head that is like the one with a number; `tellsNames`: its message tells some of its names. */
  formOf(number: number, like: Form, head: string, { recurring }: LogFormat, tellsNames: boolean): Form {
    let pattern = this.#patterns.get(number);
    let entry: EntryToFill = { ...like.entry };
    if (!pattern || !takeNames(entry, head, pattern.head)) {
      entry = { ...like.entry };
      const divided = recurring?.plainHead && dividedHead(head, recurring.plainHead);
      if (!divided || !takeNames(entry, head, divided))
        throw new RangeError('a head that was left out is none of the plain ones');
      pattern = patternOf(like, divided, tellsNames);
      this.#patterns.set(number, pattern);
    }
    if (pattern.text) entry.message = joined(pattern.text, entry);
    return formOf(entry, like, pattern.told);
  }
}

function patternOf(like: Form, head: DividedText, tellsNames: boolean): Pattern {
  const text = tellsNames ? divideAtNames(like.entry.message, like.entry) : undefined;
  if (!like.message) return { head, text, told: [] };
  const entry: EntryToFill = { ...like.entry };
  for (const field of head.fields) entry[field] = placeholders[field];
  if (text) entry.message = joined(text, entry);
  const read = recurringFormOf(entry)?.message;
  return { head, text, told: read && toldOf(like.message, read) };
}

/** Where a message tells names, by one that tells placeholders; undefined = they differ otherwise. */
function toldOf(message: Told, withPlaceholders: Told): Pattern['told'] {
  const [like, read] = [new Map(Object.entries(message)), new Map(Object.entries(withPlaceholders))];
  const told: [keyof Told, NameField][] = [];
  for (const key of new Set([...like.keys(), ...read.keys()])) {
    const value: unknown = read.get(key);
    const field = nameFields.find((each) => value === placeholders[each]);
    if (field) told.push([key as keyof Told, field]);
    else if (value !== like.get(key)) return undefined;
  }
  return told;
}

function formOf(entry: LogEntry, like: Form, told: Pattern['told']): Form {
  if (!like.message) return { ...like, entry };
  if (told) {
    const message: Record<string, unknown> = { ...like.message };
    for (const [key, field] of told) message[key] = entry[field];
    return { entry, message: message as unknown as Told };
  }
  const form = recurringFormOf(entry);
  if (!form?.message) throw new RangeError('with other names a message is none of a session');
  return form;
}

/** Gives an entry the names of a head that is divided like another one; false = it is not. */
function takeNames(entry: EntryToFill, head: string, { between, fields }: DividedText): boolean {
  const [before = ''] = between;
  let at = before.length;
  if (!head.startsWith(before)) return false;
  const isPlain = isAscii(head);
  for (let index = 0; index < fields.length; index += 1) {
    const [field, behind] = [fields[index], between[index + 1]];
    // what stands behind a name begins with what can be in none
    const end = behind ? head.indexOf(behind.charAt(0), at) : -1;
    if (!field || !behind || end < 0 || !head.startsWith(behind, end)) return false;
    const name = head.slice(at, end);
    const text = isPlain ? name : utf8Of(name);
    if (text === undefined) return false;
    entry[field] = text;
    at = end + behind.length;
  }
  return at === head.length;
}
