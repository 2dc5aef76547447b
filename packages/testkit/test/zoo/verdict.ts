import { join } from 'node:path';
import { conformance } from '@imgstore/testkit';
import type { BrokenStore } from './fault.js';
import { adapterOf } from './healthy.js';

/** What the case whose name begins so says of a store; undefined when it passes. */
export async function verdictOn({ store, caught }: Pick<BrokenStore, 'store' | 'caught'>): Promise<string | undefined> {
  const [found] = conformance({ adapter: adapterOf(store), location: (folder) => join(folder, 'store.healthy') }).filter(({ name }) => name.startsWith(caught));
  if (found === undefined || found.skip !== undefined) throw new Error(`no case that runs begins with ${caught}`);
  try {
    await found.run();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
