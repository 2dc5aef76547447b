import { quote } from '@imgstore/core';
import type { Loss } from '@imgstore/convert';
import { formatCounted, formatTable, oneLine } from './output.js';

/** The loss ledger as it stands on standard error behind `error[LOSSY]`: what would be lost, and what would accept it. */
export function formatLedger(losses: readonly Loss[]): string[] {
  const refused = losses.filter((loss) => !loss.allowed);
  return [...lossLines(refused).map((line) => `  ${line}`), `  ${remedyOf(refused)}`, '  nothing was written'];
}

/** Losses as lines: kind, what, how many samples, the first of them, and whether it is allowed. */
export function lossLines(losses: readonly Loss[]): string[] {
  return formatTable(losses.map(({ kind, what, count, firstKey, allowed }) => [
    kind, oneLine(what), formatCounted(count, 'sample'), `first ${quote(firstKey)}`, allowed ? 'allowed' : 'refused',
  ]));
}

/** What the user can say to accept the losses. */
export function remedyOf(refused: readonly Loss[]): string {
  return `to accept this: --allow ${[...new Set(refused.map((loss) => loss.kind))].join(',')}`;
}
