const unitMs = { us: 0.001, ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };
type Unit = keyof typeof unitMs;

/**
 * A length of time as a setting tells it, in ms (manual, section 20.1.1): `10min`, `1s`, `0`. A bare number is in
 * `bareUnit`, the setting's own (`pg_settings.unit`). Undefined = not there, or no length of time.
 */
export function settingMs(value: string | undefined, bareUnit: Unit = 'ms'): number | undefined {
  const [, digits, unit] = /^(-?\d+(?:\.\d+)?) ?(us|ms|s|min|h|d)?$/u.exec(value ?? '') ?? [];
  return digits === undefined ? undefined : Number(digits) * unitMs[isUnit(unit) ? unit : bareUnit];
}

/** A length of time as SHOW writes it: in the largest unit that it is a whole number of; 0 without one. */
export function settingText(ms: number): string {
  const whole = (['d', 'h', 'min', 's'] as const).find((unit) => ms % unitMs[unit] === 0);
  return ms === 0 ? '0' : `${ms / unitMs[whole ?? 'ms']}${whole ?? 'ms'}`;
}

function isUnit(unit: string | undefined): unit is Unit {
  return unit !== undefined && unit in unitMs;
}
