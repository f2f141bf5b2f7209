import { findingIdentity, type Finding } from '../core/server/finding.ts';
import type { ServerSnapshot } from '../core/server/serverSnapshot.ts';
import { backendRow, backendRows, chainRow, sessionRows, waitersOf } from './backendNodes.ts';
import { namedId } from './rowId.ts';
import { bounded, figureNames, type ServerNode, type ServerSection, serverSections } from './serverNode.ts';

/** All rows of a snapshot. What there is nothing of has no section. */
export function serverNodes(snapshot: ServerSnapshot): readonly ServerNode[] {
  return serverSections.flatMap((section) => {
    const id = section;
    const rows = rowsOf(section, snapshot);
    if (rows.length === 0) return [];
    const count = section === 'overview' || section === 'settings' ? undefined : countOf(section, snapshot);
    return [{ kind: 'section', id, section, count, children: rows } satisfies ServerNode];
  });
}

function rowsOf(section: ServerSection, snapshot: ServerSnapshot): readonly ServerNode[] {
  const { serverAt, overview } = snapshot;
  switch (section) {
    case 'overview':
      return figureNames.map((figure) => ({ kind: 'figure', id: `overview/${figure}`, figure, overview }));
    case 'findings':
      return bounded(section, snapshot.findings, (finding) => findingRow(finding, snapshot));
    case 'blocked':
      return bounded(section, snapshot.blocking, (chain) => chainRow(chain, 'blocked', snapshot));
    case 'sessions':
      return sessionRows(snapshot);
    case 'clients':
      return bounded(section, snapshot.byClient, (client) => ({
        ...{ kind: 'client', id: namedId('clients', client.name), client },
      }));
    case 'limits':
      return bounded(section, snapshot.limits, (limit) => ({
        ...{ kind: 'limit', id: `limits/${limit.kind} ${limit.name}`, limit },
      }));
    case 'applications':
      return applicationRows(snapshot);
    case 'tags':
      return bounded(
        section,
        snapshot.tags.filter(({ pids }) => pids.length > 0),
        (tag) => {
          const id = namedId('tags', tag.tag);
          return { kind: 'tag', id, tag, children: backendRows(id, tag.pids, snapshot) };
        },
      );
    case 'holders':
      return holderRows(snapshot, serverAt);
    case 'tviews':
      return tviewRows(snapshot);
    case 'settings':
      return bounded(section, snapshot.settings, (setting) => ({
        ...{ kind: 'setting', id: `settings/${setting.name}`, setting },
      }));
    case 'background':
      return bounded(section, snapshot.background, (backend) => backendRow('background', backend, serverAt));
  }
}

function countOf(section: ServerSection, snapshot: ServerSnapshot): number {
  switch (section) {
    case 'findings':
      return snapshot.findings.filter((finding) => !snapshot.silenced.includes(findingIdentity(finding)))
        .length;
    case 'blocked':
      return snapshot.blocking.reduce((sum, chain) => sum + waitersOf(chain), 0);
    case 'sessions':
      return snapshot.overview.total;
    case 'clients':
      return snapshot.byClient.length;
    case 'background':
      return snapshot.overview.background;
    case 'limits':
      return snapshot.limits.length;
    case 'applications':
      return new Set([...snapshot.leaks, ...snapshot.cost].map(({ application }) => application)).size;
    case 'tags':
      return snapshot.tags.reduce((sum, { pids }) => sum + pids.length, 0);
    case 'holders':
      return snapshot.preparedTransactions.length + snapshot.replicationSlots.length;
    case 'overview':
    case 'settings':
    case 'tviews':
      return 0;
  }
}

function findingRow(finding: Finding, snapshot: ServerSnapshot): ServerNode {
  const id = `findings/${findingIdentity(finding)}`;
  const isSilenced = snapshot.silenced.includes(findingIdentity(finding));
  return { kind: 'finding', id, finding, isSilenced, children: backendRows(id, finding.pids, snapshot) };
}

function applicationRows({ leaks, cost }: ServerSnapshot): ServerNode[] {
  return [
    ...bounded('leaks', leaks, (leak) => ({
      ...{ kind: 'leak', id: namedId(namedId('leaks', leak.user), leak.application), leak },
    })),
    ...bounded('cost', cost, (each) => ({
      ...{ kind: 'cost', id: namedId('cost', each.application), cost: each },
    })),
  ];
}

function holderRows(
  { preparedTransactions, replicationSlots }: ServerSnapshot,
  serverAt: number,
): ServerNode[] {
  return [
    ...bounded('prepared', preparedTransactions, (transaction) => ({
      ...{ kind: 'prepared', id: `prepared/${transaction.gid}`, transaction, serverAt },
    })),
    ...bounded('slots', replicationSlots, (slot) => ({ kind: 'slot', id: `slots/${slot.name}`, slot })),
  ];
}

function tviewRows({ tviews }: ServerSnapshot): ServerNode[] {
  if (!tviews) return [];
  const { version, tviews: count, queue } = tviews;
  const figures: [string, string | number | undefined][] = [
    ['version', version],
    ['tviews', count],
    ...Object.entries(queue),
  ];
  return figures.flatMap(([name, value]) =>
    value === undefined ? [] : [{ kind: 'tview', id: `tviews/${name}`, name, value: String(value) }],
  );
}
