import {diagnose} from './diagnose.ts';
import {upgradeAndSettle} from './release.ts';
import type {Stage} from './stage.ts';

/** What is claimed, and the function that tries it: it gives the figures, or throws why not. */
export type Proof = [title: string, claim: (stage: Stage) => Promise<string>];

export type Tally = {passed: number; failed: number};

/** Tries the first claim and then, if the system is there, each of the others from the same state; one line for each. */
export async function prove(stage: Stage, first: Proof, others: Proof[], stopping: AbortSignal): Promise<Tally> {
  const tally = {passed: 0, failed: 0};
  const count = (hasPassed: boolean) => void (tally[hasPassed ? 'passed' : 'failed'] += 1);

  const isInstalled = await tryProof(stage, first, stopping);
  count(isInstalled);
  for (const [title, claim] of others) {
    if (stopping.aborted) break;
    count(isInstalled ? await tryProof(stage, [title, fromTheStart(claim)], stopping) : notTried(title));
  }
  return tally;
}

/** Whatever an earlier claim left behind, this one starts from the release as it was installed. */
const fromTheStart =
  (claim: Proof[1]): Proof[1] =>
  async stage => {
    await upgradeAndSettle(stage);
    return claim(stage);
  };

async function tryProof(stage: Stage, [title, claim]: Proof, stopping: AbortSignal): Promise<boolean> {
  try {
    console.log(`ok   ${title}: ${await claim(stage)}`);
    return true;
  } catch (error) {
    if (stopping.aborted) return false;
    console.log(`FAIL ${title}: ${oneLine((error as Error).message)}`);
    console.error(await diagnose(stage));
    return false;
  }
}

function notTried(title: string): boolean {
  console.log(`FAIL ${title}: not tried, since nothing is installed`);
  return false;
}

const oneLine = (text: string): string => text.replaceAll(/\s+/gu, ' ').slice(0, 600);
