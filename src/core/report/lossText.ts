import type { ClientTrouble, LossReason } from '../connection/connectionEvent.ts';
import { sentence, type Sentence } from '../sentence.ts';

/** Why a session ended although no disconnection of it was logged. */
export function lossText(reason: LossReason): Sentence {
  switch (reason) {
    case 'crash':
      return sentence('the server ended all sessions after a crash');
    case 'restart':
      return sentence('the server was stopped or started again');
    case 'pidReused':
      return sentence('another session has its process id');
    case 'terminated':
      return sentence('the server ended it');
  }
}

/** How a session came to its disconnection, where its client did not say goodbye. */
export function clientTroubleText(trouble: ClientTrouble): Sentence {
  switch (trouble) {
    case 'connectionLost':
      return sentence('its client was gone');
    case 'protocolViolation':
      return sentence('its client sent what is no message');
  }
}
