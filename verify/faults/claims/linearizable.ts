import {shown} from '../../lib/claims.ts';
import {isLinearizable} from '../../lib/linearizable.ts';
import {say} from '../../lib/run.ts';
import {CLIENTS, historyOf, startClients, type Ledger} from '../linearizable/clients.ts';
import {elect} from '../linearizable/losses.ts';
import {INITIAL} from '../linearizable/order.ts';
import {withReplicaSet} from '../replica-set.ts';
import type {Run} from '../run.ts';
import {withSystem} from '../system.ts';

/** Reads and changes of few orders by many clients, while primaries step down and are killed, happen one after another. */
export async function linearizable(run: Run): Promise<string> {
  const {FAULTS_ELECTIONS: elections, FAULTS_OPERATIONS: operations} = run.config;
  return withReplicaSet(run, set =>
    withSystem(run, {orders: {MONGO_URL: set.url('orders')}}, async system => {
      const ledger: Ledger = {unknown: 0, refused: 0};
      const work = startClients(system, operations, ledger, run.random);
      const happened = await elect(set, elections, run.random);
      const histories = await work.finish();

      const wrong = histories.filter(history => !isLinearizable(history.operations, INITIAL));
      if (wrong[0]) say(historyOf(wrong[0]));
      const count = histories.reduce((sum, history) => sum + history.operations.length, 0);
      const figures = `${count} reads and changes of ${histories.length} orders by ${CLIENTS} clients during ${elections} elections (${happened}): ${wrong.length} orders with a history that no order of events explains; ${ledger.unknown} outcomes unknown, ${ledger.refused} refused${wrong[0] ? `; FAULTS_SEED=${run.seed}, order ${wrong[0].id}` : ''}`;
      return shown(figures, {
        'every history is linearizable': wrong.length === 0,
        'there is enough of it': count + ledger.refused >= operations,
      });
    }),
  );
}
