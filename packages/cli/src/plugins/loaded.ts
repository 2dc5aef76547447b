import { sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { identityOf } from './packages.js';
import { FAULT_HINT, pluginError, wordsOf } from './plugin.js';
import type { Plugin } from './plugin.js';

/** Third parties whose code runs in this process, in the order of loading. */
const loaded: Plugin[] = [];

/** To be called before a plugin is imported: its first line may fail already. */
export function noteLoaded(plugin: Plugin): void {
  loaded.push(plugin);
}

/** Whether code of a third party runs in this process: it may have left timers or connections open. */
export function hasLoaded(): boolean {
  return loaded.length > 0;
}

/** An error that came up outside of every call: that of the plugin which its trace names, else of the last one that was loaded. Without plugins, the error itself. */
export function strayError(thrown: unknown): unknown {
  const trace = traceOf(thrown);
  const culprit = loaded.find(({ path }) => isNamedIn(trace, path)) ?? loaded.at(-1);
  return culprit ? pluginError(culprit, `failed on its own: ${wordsOf(thrown)}`, { hint: FAULT_HINT, cause: thrown }) : thrown;
}

/** The error of a command that is not done when its process ends: a plugin has ended the process, or what it promised never comes. */
export function unfinishedError(how: 'ended' | 'waits'): unknown {
  const culprit = loaded.at(-1);
  if (culprit === undefined) return new Error('the process ended before the command was done');
  return pluginError(culprit, how === 'ended' ? 'ended the process before the command was done' : 'promised what never comes', { hint: FAULT_HINT });
}

/** The trace of an error, where it has one: a plugin may have put anything in its place. */
function traceOf(thrown: unknown): string {
  try {
    return thrown instanceof Error && typeof thrown.stack === 'string' ? thrown.stack : '';
  } catch {
    return '';
  }
}

function isNamedIn(trace: string, path: string): boolean {
  const real = identityOf(path);
  return [path, real].flatMap((name) => [name, pathToFileURL(name).href]).some((name) => trace.includes(name + sep) || trace.includes(`${name}/`) || trace.includes(`${name}:`));
}
