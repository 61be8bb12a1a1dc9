const PATIENCE_MS = 30_000;

/**
 * Polls until the condition holds.
 * @throws if it does not within 30 seconds: ava itself would wait for as long as its slowest test may take.
 */
export async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  const late = performance.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (performance.now() > late) throw new Error(`not so within ${PATIENCE_MS} ms`);
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}
