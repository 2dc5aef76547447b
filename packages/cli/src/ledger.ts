import { quote } from '@imgstore/core';
import type { Loss, Report } from '@imgstore/convert';
import { formatCount, formatCounted, formatTable, oneLine } from './output.js';

/** The loss ledger as it stands on standard error behind `error[LOSSY]`: what would be lost, and what would accept it. */
export function formatLedger(report: Report): string[] {
  const refused = report.losses.filter((loss) => !loss.allowed);
  return [...lossLines(refused, report.samples).map((line) => `  ${line}`), `  ${remedyOf(refused)}`, '  nothing was written'];
}

/** Losses of a conversion of so many samples as lines: kind, what, how many samples, the first of them, and whether it is allowed. */
export function lossLines(losses: readonly Loss[], samples: number): string[] {
  return formatTable(losses.map(({ kind, what, count, firstKey, allowed }) => [
    kind, oneLine(wordsOf(kind, what)), `${formatCount(count)} of ${formatCounted(samples, 'sample')}`, `first ${quote(firstKey)}`, allowed ? 'allowed' : 'refused',
  ]));
}

/** What is lost, behind its kind: the kind's own word is there already. */
function wordsOf(kind: string, what: string): string {
  if (kind !== 'key' && kind !== 'label') return what;
  return what === kind ? 'dropped' : what.startsWith(`${kind}: `) ? `dropped; ${what.slice(kind.length + 2)}` : what.replace(new RegExp(`^${kind},? `), '');
}

/** What the user can say to accept the losses. */
export function remedyOf(refused: readonly Loss[]): string {
  return `to accept this: --allow ${[...new Set(refused.map((loss) => loss.kind))].join(',')}`;
}
