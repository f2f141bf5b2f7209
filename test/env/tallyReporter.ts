import Mocha from 'mocha';

import { writeTally } from './tally.ts';

/** Mocha's spec reporter that also leaves the result in TALLY_FILE: an exit code says too little. */
export default class TallyReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      writeTally({ passed: passes, failed: failures, skipped: pending });
    });
  }
}
