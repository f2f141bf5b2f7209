/**
 * The locale, if Intl takes it; else the part of it that Intl takes, else English. Systems name locales in ways that
 * are none in BCP 47 (`en-US@posix`, `de_DE.UTF-8`), browsers and editors pass them on, and Intl throws on them.
 */
export function usableLocale(locale: string): string {
  const plain = locale.replace(/[@.].*$/u, '').replaceAll('_', '-');
  return [locale, plain].find(isLocale) ?? 'en';
}

function isLocale(locale: string): boolean {
  try {
    return Intl.getCanonicalLocales(locale).length > 0;
  } catch {
    return false;
  }
}
