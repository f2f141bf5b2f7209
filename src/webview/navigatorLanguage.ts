/**
 * uPlot asks Intl for the formats of `navigator.language` as soon as it is loaded, and the page would end there where
 * Intl refuses it. Imported before everything else, this makes it a locale that Intl takes.
 */
import { usableLocale } from '../core/report/usableLocale.ts';

const usable = usableLocale(navigator.language);
if (usable !== navigator.language) Object.defineProperty(navigator, 'language', { get: () => usable });
