import { isClientBackend } from '../../core/server/activity.ts';
import type { ActivitySample } from '../../core/server/activity.ts';
import type { EndingRequest, EndingRow } from '../../core/server/ending.ts';
import { sentence } from '../../core/sentence.ts';
import type { Sentence } from '../../core/sentence.ts';

/** One sentence: what would end, how many, where. */
export function headlineOf(
  request: EndingRequest,
  rows: readonly EndingRow[],
  { facts, backends }: ActivitySample,
): Sentence {
  const at = `${facts.host}:${facts.port}`;
  const total = backends.filter(isClientBackend).length;
  switch (request.kind) {
    case 'cancel':
      return sentence('Cancel the running statement of {0} of {1} sessions at {2}.', rows.length, total, at);
    case 'terminate':
      return sentence('Terminate {0} of {1} sessions at {2}.', rows.length, total, at);
    case 'idleLongerThan':
      return sentence(
        'Terminate {0} of {1} sessions at {2}: those that are idle for more than {3} minutes.',
        rows.length,
        total,
        at,
        request.minutes,
      );
    case 'idleInTransactionLongerThan':
      return sentence(
        'Terminate {0} of {1} sessions at {2}: those that are idle in transaction for more than {3} minutes.',
        rows.length,
        total,
        at,
        request.minutes,
      );
    case 'database':
      return sentence(
        'Terminate {0} of {1} sessions at {2}: those in database "{3}".',
        rows.length,
        total,
        at,
        request.database,
      );
    case 'allButUsers':
      return sentence(
        'Terminate {0} of {1} sessions at {2}: all but those of {3}.',
        rows.length,
        total,
        at,
        request.users.join(', '),
      );
    case 'free':
      return sentence('End what holds database "{0}" at {1}: {2}.', request.database, at, rows.length);
    case 'drop':
      return sentence(
        'Drop database "{0}" at {1} and end what is in it: {2}.',
        request.database,
        at,
        rows.length,
      );
  }
}
