import type { EndReason } from '../connection/connectionEvent.ts';
import { sentence, type Sentence } from '../sentence.ts';

/** How a session ended that no disconnection tells of, or whose client did not say goodbye. */
export const endTexts = {
  crash: 'the server ended all sessions after a crash',
  restart: 'the server was stopped or started again',
  pidReused: 'another session has its process id',
  terminated: 'the server ended it',
  notOnServer: 'the server no longer has it',
  connectionLost: 'its client was gone',
  protocolViolation: 'its client sent what is no message',
} as const satisfies Record<EndReason, string>;

/** The same as a sentence. */
export function endText(reason: EndReason): Sentence {
  return sentence(endTexts[reason]);
}
