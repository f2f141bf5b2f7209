import type { PoolChart } from '../core/pool/poolSnapshot.ts';
import type { Format } from './format.ts';
import { poolCurve, type Extent, type PoolCurve } from './poolCurve.ts';

/** Room for the labels. */
const margin = { left: 36, right: 14, top: 12, bottom: 24 };

/** What is written into the picture. */
export interface PictureWords {
  readonly size: string | undefined;
  readonly limit: string | undefined;
}

/** Draws the chart anew, as SVG without a style of its own; `at` = the instant that is looked at. */
export function drawPool(
  svg: SVGSVGElement,
  chart: PoolChart,
  { width, height }: Extent,
  {
    words,
    format,
    at,
  }: { readonly words: PictureWords; readonly format: Format; readonly at: number | undefined },
): PoolCurve | undefined {
  const inner = {
    width: Math.max(1, width - margin.left - margin.right),
    height: height - margin.top - margin.bottom,
  };
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  svg.setAttribute('width', String(width));
  svg.setAttribute('height', String(height));
  const curve = poolCurve(chart, inner);
  const plot = shape('g', { transform: `translate(${margin.left} ${margin.top})` });
  if (curve)
    plot.append(
      ...grid(curve, inner, format),
      shape('path', { class: 'range', d: curve.range }),
      ...levels(curve, chart, inner, words),
      shape('path', { class: 'waiting', d: curve.waiting }),
      shape('path', { class: 'out', d: curve.out }),
      ...curve.givenUp.map(({ x }) => shape('path', { class: 'given-up', d: `M${x} ${inner.height}v-8` })),
      ...(at === undefined
        ? []
        : [shape('path', { class: 'cursor', d: `M${curve.x(at)} 0V${inner.height}` })]),
    );
  svg.replaceChildren(plot);
  return curve;
}

/** The instant below a place of the picture. */
export function instantAt({ fromAt, toAt }: PoolCurve, x: number, width: number): number {
  const share = (x - margin.left) / Math.max(1, width - margin.left - margin.right);
  return fromAt + Math.min(1, Math.max(0, share)) * (toAt - fromAt);
}

function grid(curve: PoolCurve, { width, height }: Extent, format: Format): SVGElement[] {
  const rows = curve.lines.flatMap((count) => [
    shape('path', { class: 'grid', d: `M0 ${curve.y(count)}H${width}` }),
    label(format.compact(count), { class: 'count', x: -8, y: curve.y(count) + 4 }),
  ]);
  const isShort = curve.toAt - curve.fromAt < 10 * 60_000;
  const columns = curve.times.map((at) => {
    const x = Math.min(width - 18, Math.max(18, curve.x(at)));
    return label(isShort ? format.time(at) : format.timeOfDay(at), { class: 'time', x, y: height + 18 });
  });
  return [...rows, ...columns];
}

/** The size, and beyond it the overflow, as dashed lines with their names. */
function levels(
  curve: PoolCurve,
  { size, limit }: PoolChart,
  { width }: Extent,
  words: PictureWords,
): SVGElement[] {
  const level = (count: number | undefined, name: string | undefined, kind: string): SVGElement[] =>
    count === undefined || name === undefined
      ? []
      : [
          shape('path', { class: kind, d: `M0 ${curve.y(count)}H${width}` }),
          label(name, { class: `${kind}-name`, x: width - 4, y: curve.y(count) - 5 }),
        ];
  const isSame = limit === size;
  return [...level(size, words.size, 'size'), ...(isSame ? [] : level(limit, words.limit, 'limit'))];
}

function shape(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

function label(text: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const made = shape('text', attributes);
  made.textContent = text;
  return made;
}
