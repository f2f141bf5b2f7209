/** Clients that hold more than their share: connections of one user from one address. */
import { sentence } from '../sentence.ts';
import type { ActivitySample, Backend } from './activity.ts';
import type { Finding, ServerThresholds } from './finding.ts';
import { groupBy, pidsByAge, told } from './findingText.ts';
import { clientSessions } from './sessionAges.ts';

/**
 * More connections, or more idle ones, of a user from one client than the thresholds allow. A Unix socket is one client;
 * sessions whose address is hidden from us are of nobody in particular, and left out.
 */
export function clientFindings(sample: ActivitySample, thresholds: ServerThresholds): Finding[] {
  const known = clientSessions(sample).filter(({ clientAddress }) => clientAddress !== undefined);
  const idle = known.filter(({ state }) => state === 'idle');
  return [
    ...crowded(known, thresholds.connectionsPerClient, perClientFinding),
    ...crowded(idle, thresholds.idlePerClient, idlePerClientFinding),
  ];
}

type GroupFinding = (group: readonly Backend[], most: number) => Omit<Finding, 'subject' | 'pids'>;

function crowded(sessions: readonly Backend[], most: number, finding: GroupFinding): Finding[] {
  return [...groupBy(sessions, ({ user, clientAddress }) => [user, clientAddress])]
    .filter(([, group]) => group.length > most)
    .map(([subject, group]) => ({ ...finding(group, most), subject, pids: pidsByAge(group) }));
}

function perClientFinding(group: readonly Backend[], most: number): Omit<Finding, 'subject' | 'pids'> {
  const [first] = group;
  return {
    kind: 'perClient',
    severity: 'warning',
    sentence: sentence(
      '{0} holds {1} connections from {2}; more than {3} are many for one client.',
      told(first?.user),
      group.length,
      told(first?.clientAddress),
      most,
    ),
    nextStep: sentence(
      'Let its processes share a pool, or make the pool smaller; raise the threshold if that is its size.',
    ),
    value: group.length,
    threshold: most,
  };
}

function idlePerClientFinding(group: readonly Backend[], most: number): Omit<Finding, 'subject' | 'pids'> {
  const [first] = group;
  return {
    kind: 'idlePerClient',
    severity: 'warning',
    sentence: sentence(
      '{0} holds {1} idle connections from {2}; more than {3} are more than a client needs.',
      told(first?.user),
      group.length,
      told(first?.clientAddress),
      most,
    ),
    nextStep: sentence(
      'Look for connections that are opened and not given back, or lower the pool’s number of idle ones.',
    ),
    value: group.length,
    threshold: most,
  };
}
