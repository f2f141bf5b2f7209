/** The colours and the font of the canvas, as the style sheet maps them from the editor's theme. */
export interface Palette {
  readonly text: string;
  readonly grid: string;
  readonly active: string;
  readonly activeFill: string;
  readonly maxFill: string;
  readonly connects: string;
  readonly disconnects: string;
  readonly lost: string;
  readonly failures: string;
  readonly restart: string;
  readonly font: string;
}

/** The palette of the theme in use (media/dashboard.css, `--chart-…`). */
export function readPalette(): Palette {
  const style = getComputedStyle(document.body);
  const colour = (name: string): string => style.getPropertyValue(`--chart-${name}`).trim();
  return {
    text: colour('text'),
    grid: colour('grid'),
    active: colour('active'),
    activeFill: colour('active-fill'),
    maxFill: colour('max-fill'),
    connects: colour('connects'),
    disconnects: colour('disconnects'),
    lost: colour('lost'),
    failures: colour('failures'),
    restart: colour('restart'),
    font: `11px ${style.fontFamily}`,
  };
}

/** Calls back when the editor changes the theme: it swaps the body's classes and the root's variables. */
export function onThemeChange(changed: () => void): void {
  const observer = new MutationObserver(changed);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
}
