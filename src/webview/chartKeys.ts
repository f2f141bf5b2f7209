import { zoomStep } from './chartGestures.ts';

/** What a key asks of the chart. */
export type ChartKey =
  /** Another bucket: so many on, or to an end. */
  | { readonly kind: 'step'; readonly by: number }
  /** Another stretch of time: so many tenths of it on. */
  | { readonly kind: 'pan'; readonly by: number }
  | { readonly kind: 'zoom'; readonly factor: number }
  | { readonly kind: 'all' | 'escape' };

const steps: Readonly<Record<string, number>> = {
  ...{ ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 },
  ...{ PageUp: 10, PageDown: -10, Home: -Infinity, End: Infinity },
};
const zooms: Readonly<Record<string, number>> = { '+': zoomStep, '=': zoomStep, '-': 1 / zoomStep };

/** The meaning of a key; undefined = none, the key is the page's. */
export function chartKey({ key, shiftKey, ctrlKey, altKey, metaKey }: KeyboardEvent): ChartKey | undefined {
  if (ctrlKey || altKey || metaKey) return undefined;
  if (key === 'Escape') return { kind: 'escape' };
  if (key === '0') return { kind: 'all' };
  const [by, factor] = [steps[key], zooms[key]];
  if (factor !== undefined) return { kind: 'zoom', factor };
  return by === undefined ? undefined : { kind: shiftKey ? 'pan' : 'step', by };
}
