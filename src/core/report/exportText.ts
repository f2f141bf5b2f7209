import type { PoolTotals } from '../pool/poolBook.ts';
import { grafanaDashboard } from './grafana.ts';
import { jsonText } from './jsonText.ts';
import { panelsDocument } from './panels.ts';
import { type AlertThresholds, defaultAlertThresholds, prometheusRules } from './prometheus.ts';

/** What another program is configured with. */
export type ConfigName = 'panels' | 'grafana' | 'prometheus';

/** The file's text, ending with a line break; `pool` = what a log tells of its pools, for the panels. */
export function configText(
  name: ConfigName,
  thresholds: Partial<AlertThresholds> = {},
  pool?: PoolTotals,
): string {
  const inUse = { ...defaultAlertThresholds, ...thresholds };
  switch (name) {
    case 'panels':
      return `${jsonText(panelsDocument(pool), 2)}\n`;
    case 'grafana':
      return `${jsonText(grafanaDashboard(inUse), 2)}\n`;
    case 'prometheus':
      return prometheusRules(inUse);
  }
}
