import {copyTree} from '../../defects/copy.ts';
import {defects} from '../../defects/defects.ts';
import {shown} from '../../lib/claims.ts';
import {isLinearizable} from '../../lib/linearizable.ts';
import {say} from '../../lib/run.ts';
import {CLIENTS, historyOf, startClients, type History, type Ledger} from '../linearizable/clients.ts';
import {elect} from '../linearizable/losses.ts';
import {INITIAL} from '../linearizable/order.ts';
import {withReplicaSet} from '../replica-set.ts';
import type {Run} from '../run.ts';
import {withSystem} from '../system.ts';

/** What clients did to orders, and those of them whose history no order of events explains. */
type Judged = {histories: History[]; wrong: History[]; happened: string; ledger: Ledger};

/**
 * Reads and changes of few orders by many clients, while primaries step down and are killed, happen one after another.
 * As the control, they do not where one member is enough for a write.
 */
export async function linearizable(run: Run): Promise<string> {
  const {FAULTS_ELECTIONS: elections, FAULTS_OPERATIONS: operations} = run.config;
  const {histories, wrong, happened, ledger} = await judge(run, operations, elections);
  if (wrong[0]) say(historyOf(wrong[0]));
  const control = await withWeakWrites(run, folder => judge(run, operations / 5, elections / 4, folder));

  const count = histories.reduce((sum, history) => sum + history.operations.length, 0);
  const figures = `${count} reads and changes of ${histories.length} orders by ${CLIENTS} clients during ${elections} elections (${happened}): ${wrong.length} orders with a history that no order of events explains; ${ledger.unknown} outcomes unknown, ${ledger.refused} refused${wrong[0] ? `; FAULTS_SEED=${run.seed}, order ${wrong[0].id}` : ''} (control where one member is enough for a write: ${control.wrong.length} of ${control.histories.length} orders)`;
  return shown(figures, {
    'every history is linearizable': wrong.length === 0,
    'there is enough of it': count + ledger.refused >= operations,
    'the control has wrong histories': control.wrong.length > 0,
  });
}

/** Lets clients work with the services of a folder, and judges the history of each order. */
const judge = (run: Run, operations: number, elections: number, folder?: string): Promise<Judged> =>
  withReplicaSet(run, set =>
    withSystem(run, {orders: {MONGO_URL: set.url('orders')}, ...(folder && {folder})}, async system => {
      const ledger: Ledger = {unknown: 0, refused: 0};
      const work = startClients(system, operations, ledger, run.random);
      const happened = await elect(set, elections, run.random);
      const histories = await work.finish();
      const wrong = histories.filter(history => !isLinearizable(history.operations, INITIAL));
      return {histories, wrong, happened, ledger};
    }),
  );

const WEAK = 'one member of MongoDB is enough for a write';

/** Calls `use` with a copy of this folder that has this defect. */
async function withWeakWrites<T>({signal, cleanups}: Run, use: (folder: string) => Promise<T>): Promise<T> {
  const defect = defects.find(({name}) => name === WEAK);
  if (!defect) throw new Error(`There is no defect "${WEAK}"`);
  const copy = await copyTree(signal);
  cleanups.push(copy.remove);
  await copy.change(defect.file, defect.from, defect.to);
  return use(copy.folder);
}
