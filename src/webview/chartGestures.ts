import { element } from './element.ts';

/** A shorter drag is a click. */
const leastDragPx = 4;
/** By how much one step of the wheel or one key zooms. */
const wheelStep = 0.0015;
export const zoomStep = 0.6;

/** What the pointer asks of the chart; positions in CSS pixels from the left end of the plot. */
export interface GestureTarget {
  readonly zoom: (factor: number, x: number) => void;
  readonly pan: (px: number) => void;
  readonly show: (fromX: number, toX: number) => void;
  readonly showAll: () => void;
  readonly isZoomed: () => boolean;
}

/**
 * Wheel: zoom where the pointer is, sideways or with Shift: move. Drag: zoom into the stretch, with Shift: move. Double
 * click: all again. Where the page itself scrolls, the wheel is the page's unless Ctrl is held.
 */
export class ChartGestures {
  readonly #over: HTMLElement;
  readonly #target: GestureTarget;
  readonly #stretch = element('div', { class: 'dragged', hidden: '' });
  #drag: { readonly startX: number; readonly pans: boolean; lastX: number } | undefined;

  constructor(over: HTMLElement, target: GestureTarget) {
    this.#over = over;
    this.#target = target;
    over.append(this.#stretch);
    over.addEventListener('wheel', (event) => this.#onWheel(event), { passive: false });
    over.addEventListener('dblclick', () => target.showAll());
    over.addEventListener('pointerdown', (event) => this.#begin(event));
    over.addEventListener('pointermove', (event) => this.#move(event));
    over.addEventListener('pointerup', (event) => this.#end(event));
    over.addEventListener('pointercancel', () => this.cancel());
  }

  /** Gives up a drag that has begun. */
  cancel(): void {
    this.#drag = undefined;
    this.#stretch.hidden = true;
  }

  #onWheel(event: WheelEvent): void {
    const unitPx = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : 16;
    const sideways = event.shiftKey ? event.deltaX || event.deltaY : event.deltaX;
    const isPan = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (isPan ? !this.#target.isZoomed() : isPageScrolled() && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    if (isPan) this.#target.pan(sideways * unitPx);
    else this.#target.zoom(Math.exp(event.deltaY * unitPx * wheelStep), this.#x(event));
  }

  #begin(event: PointerEvent): void {
    if (event.button > 1) return;
    const startX = this.#x(event);
    this.#drag = { startX, lastX: startX, pans: event.shiftKey || event.button === 1 };
    this.#over.setPointerCapture(event.pointerId);
  }

  #move(event: PointerEvent): void {
    const drag = this.#drag;
    if (!drag) return;
    const x = this.#x(event);
    if (drag.pans) {
      this.#target.pan(drag.lastX - x);
      drag.lastX = x;
      return;
    }
    const [left, right] = [Math.min(drag.startX, x), Math.max(drag.startX, x)];
    this.#stretch.hidden = right - left < leastDragPx;
    this.#stretch.style.left = `${left}px`;
    this.#stretch.style.width = `${right - left}px`;
  }

  #end(event: PointerEvent): void {
    const drag = this.#drag;
    this.cancel();
    if (!drag || drag.pans) return;
    const x = this.#x(event);
    if (Math.abs(x - drag.startX) >= leastDragPx)
      this.#target.show(Math.min(drag.startX, x), Math.max(drag.startX, x));
  }

  #x(event: MouseEvent): number {
    const { left, width } = this.#over.getBoundingClientRect();
    return Math.min(Math.max(event.clientX - left, 0), width);
  }
}

function isPageScrolled(): boolean {
  const { scrollHeight, clientHeight } = document.documentElement;
  return scrollHeight > clientHeight || document.body.scrollHeight > document.body.clientHeight;
}
