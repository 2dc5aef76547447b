import { join } from 'node:path';
import { CONTRACT, isImgstoreError } from '@imgstore/core';
import type { Adapter } from '@imgstore/core';
import { loadAdapter, loadTestkit } from './builtins.js';
import type { Kit, KitCase } from './builtins.js';
import type { CommandContext } from './command-context.js';
import { messageOf } from './errors.js';
import { isPlugin, manifestOf } from './formats.js';
import type { Format, Formats } from './formats.js';
import { answer, formatCounted, formatJson, oneLine } from './output.js';

/** One thing that was looked at. */
interface Finding {
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** Why it failed or was skipped. */
  readonly reason?: string;
}

/**
 * `imgstore plugins doctor NAME`: loads that adapter and runs the quick cases of the conformance kit on it. Exit code 1 where one fails.
 * A fault of the manifest or of loading is the error that a conversion would end with.
 */
export async function runDoctor({ flags, io, formats, style }: CommandContext, name: string): Promise<number> {
  const format = await formats.find(name, 'plugins doctor');
  const adapter = await loadBare(format, formats);
  const findings: Finding[] = [];
  const judge = kitOf(await loadTestkit(), adapter, format);
  for (const one of judge.cases) {
    io.signal?.throwIfAborted();
    findings.push(await findingOf(one));
  }
  const failed = findings.filter(({ outcome }) => outcome === 'failed');
  const passed = findings.filter(({ outcome }) => outcome === 'passed').length;
  const { version, path } = placeOf(format);
  const notes = formats.passedOver();
  if (flags.has('json')) {
    await answer(io, formatJson(io.stdout, {
      imgstore: 1, package: format.package, ...version !== undefined && { version }, ...path !== undefined && { path }, contract: CONTRACT, format: adapter.format,
      passed, failed: failed.length, cases: findings, left: judge.left, ...judge.reason !== undefined && { reason: judge.reason }, notes,
    }));
    return failed.length > 0 ? 1 : 0;
  }
  await answer(io, [
    `${style.bold(adapter.format)}  ${oneLine([format.package, version].filter((part) => part !== undefined).join(' '))}${path === undefined ? '' : `  ${oneLine(path)}`}`,
    `loads, and is of contract ${CONTRACT}`,
    ...failed.map(({ name: title, reason = '' }) => `${style.red('failed')}  ${oneLine(title)}\n        ${oneLine(reason)}`),
    judge.reason === undefined ? `${formatCounted(passed, 'case')} of the kit passed, ${failed.length} failed, ${findings.length - passed - failed.length} do not apply; ${judge.left} that take long were left out` : `not tried: ${judge.reason}`,
    ...notes.map(oneLine),
    style.dim('all cases: npm install --save-dev @imgstore/testkit, see its README'), '',
  ].join('\n'));
  return failed.length > 0 ? 1 : 0;
}

/** Without the guard that makes typed errors of all others: the kit is to see them. */
async function loadBare(format: Format, { builtins }: Formats): Promise<Adapter> {
  if (!isPlugin(format)) return loadAdapter(format);
  const { loadUnguarded } = await import('./plugins/load.js');
  return loadUnguarded(format, builtins);
}

/** The quick cases, the number of those left out, and why there are none where there are none. */
function kitOf({ conformance }: Kit, adapter: Adapter, format: Format): { readonly cases: readonly KitCase[]; readonly left: number; readonly reason?: string } {
  const [extension = ''] = manifestOf(format)?.extensions ?? [];
  try {
    const all = conformance({ adapter, location: (folder) => join(folder, `store${extension}`) });
    const cases = all.filter(({ long }) => long !== true);
    return { cases, left: all.length - cases.length };
  } catch (error) {
    if (!isImgstoreError(error, 'BAD_OPTION')) throw error;
    return { cases: [], left: 0, reason: `${error.what}; the kit in the adapter's own tests takes fixtures` };
  }
}

async function findingOf({ name, skip, run }: KitCase): Promise<Finding> {
  if (skip !== undefined) return { name, outcome: 'skipped', reason: skip };
  try {
    await run();
    return { name, outcome: 'passed' };
  } catch (error) {
    return { name, outcome: 'failed', reason: messageOf(error) };
  }
}

function placeOf(format: Format): { readonly version?: string; readonly path?: string } {
  const version = manifestOf(format)?.version;
  return { ...version !== undefined && { version }, ...isPlugin(format) && { path: format.path } };
}
