/** Attributes of an element; `hidden` and the like take the empty string. Styles are the style sheet's business. */
export type Attributes = Readonly<Record<string, string>>;

/** A new element with attributes and children; a string child becomes text, never markup. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** Sets the text only where it differs: ten draws a second must not undo a selection or cost a layout. */
export function setText(node: HTMLElement, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** Sets the tooltip only where it differs. */
export function setTitle(node: HTMLElement, title: string): void {
  if (node.title !== title) node.title = title;
}

/** Hides it or not. What is hidden would take the keyboard with it: `heir` gets it, if the page has it. */
export function setHidden(node: HTMLElement, hidden: boolean, heir: HTMLElement): void {
  const takesKeyboard = hidden && document.hasFocus() && node.contains(document.activeElement);
  node.hidden = hidden;
  if (takesKeyboard) heir.focus();
}

/** Shapes of 16×16, drawn in the colour of the text around them. */
const shapes = {
  warning:
    'M7.56 1h.88l6.54 12.26-.44.74H1.44L1 13.26 7.56 1zM8 2.28 2.28 13H13.7L8 2.28zM8.63 11v1H7.38v-1h1.25zm-1.25-5.06V10h1.24V5.94H7.38z',
  copy: 'M5 2h7.5l.5.5V11h-1V3H5V2zM2.5 4h7l.5.5v9l-.5.5h-7l-.5-.5v-9l.5-.5zM3 5v8h6V5H3z',
} as const;

/** An icon that says nothing to a screen reader: the words stand beside it or on its button. */
export function icon(name: keyof typeof shapes): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', shapes[name]);
  svg.append(path);
  return svg;
}
