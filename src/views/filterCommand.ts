import { l10n, type QuickPickItem, window } from 'vscode';
import { filterText, parseFilterText } from '../core/report/filterText.ts';
import { SentenceError } from '../core/sentence.ts';
import { type Dimension, dimensions, type Filter, isNoFilter, noFilter } from '../core/session/filter.ts';
import type { FollowedLog } from './followedLog.ts';
import { pickedItem } from './pickedItem.ts';
import { inertText, inPlace, nameText, say } from './words.ts';

/** Names beyond these are typed rather than picked. */
const mostNames = 1000;

interface StepItem extends QuickPickItem {
  readonly next: Dimension | 'type' | 'clear';
  /** What was typed where names are picked. */
  readonly text?: string;
}

/** Lets the user pick names of one dimension, or type a filter; sets it. */
export async function filterByPicking(followed: FollowedLog): Promise<void> {
  const { filter } = followed;
  const typed: StepItem = {
    label: l10n.t('$(edit) Type a filter…'),
    description: inertText(filterText(filter)),
    next: 'type',
  };
  const clear: StepItem = { label: l10n.t('$(clear-all) Clear Filter'), next: 'clear' };
  const steps = [...dimensions.map((dimension) => stepItem(dimension, filter)), typed];
  const step = await pickStep(isNoFilter(filter) ? steps : [...steps, clear]);
  if (step === undefined) return;
  const wanted = await nextFilter(followed, step);
  if (wanted !== undefined) await followed.setFilter(wanted);
}

/** The step that is picked; a filter that is typed right here is one too. */
function pickStep(steps: readonly StepItem[]): Promise<StepItem | undefined> {
  const pick = window.createQuickPick<StepItem>();
  pick.title = l10n.t('Filter connections');
  pick.placeholder = l10n.t('Only connections that match are shown, in every view');
  pick.items = steps;
  pick.onDidChangeValue((text) => {
    pick.items = text.includes('=') ? [typedItem(text)] : steps;
  });
  pick.show();
  return pickedItem(pick);
}

function typedItem(text: string): StepItem {
  const problem = problemOf(text);
  return {
    ...{ label: `$(edit) ${inertText(text)}`, alwaysShow: true, next: 'type', text },
    ...(problem !== undefined && { detail: inertText(problem) }),
  };
}

function nextFilter(followed: FollowedLog, { next, text }: StepItem): Promise<Filter | undefined> {
  switch (next) {
    case 'clear':
      return Promise.resolve(noFilter);
    case 'type':
      if (text !== undefined && problemOf(text) === undefined) return Promise.resolve(parseFilterText(text));
      return typeFilter(text ?? filterText(followed.filter));
    default:
      return pickNames(followed, next);
  }
}

function stepItem(dimension: Dimension, filter: Filter): StepItem {
  return {
    label: filterDimensionText(dimension),
    description: inertText(filter[dimension].join(', ')),
    next: dimension,
  };
}

function filterDimensionText(dimension: Dimension): string {
  switch (dimension) {
    case 'database':
      return l10n.t('Databases…');
    case 'user':
      return l10n.t('Users…');
    case 'application':
      return l10n.t('Applications…');
    case 'host':
      return l10n.t('Hosts…');
  }
}

async function typeFilter(value: string): Promise<Filter | undefined> {
  const text = await window.showInputBox({
    title: l10n.t('Filter connections'),
    prompt: l10n.t('db=… user=… app=… host=…, separated by spaces; * stands for anything; empty shows all'),
    value,
    validateInput: problemOf,
  });
  return text === undefined ? undefined : parseFilterText(text);
}

function problemOf(text: string): string | undefined {
  try {
    parseFilterText(text);
    return undefined;
  } catch (error) {
    return error instanceof SentenceError ? say(error.sentence) : String(error);
  }
}

interface NameItem extends QuickPickItem {
  readonly name: string;
}

/** The names that have sessions now, and those that the filter has, several of them at once. */
async function pickNames(followed: FollowedLog, dimension: Dimension): Promise<Filter | undefined> {
  const { filter } = followed;
  const { groups } = await followed.ask('groups', { dimension, limit: mostNames });
  const counted = groups.flatMap(({ name, count }) => (name === undefined ? [] : [{ name, count }]));
  const absent = filter[dimension].filter((name) => counted.every((each) => each.name !== name));
  const items: NameItem[] = [...counted, ...absent.map((name) => ({ name, count: 0 }))].map(
    ({ name, count }) => ({
      label: inPlace(inertText(nameText(name))),
      description: String(count),
      picked: filter[dimension].includes(name),
      name,
    }),
  );
  const picked = await window.showQuickPick(items, {
    title: l10n.t('Filter connections'),
    placeHolder: l10n.t('None of them picked shows all'),
    canPickMany: true,
  });
  return picked && { ...filter, [dimension]: picked.map(({ name }) => name) };
}
