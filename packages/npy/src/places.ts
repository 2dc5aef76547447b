import { linksIn, pathFacts } from '@imgstore/core/files';
import type { Arrangement } from './accepts.js';
import { labelsBeside } from './idx.js';
import type { CheckedOptions } from './options.js';

/** The paths beyond the location that reading opens (what links in a folder lead to, a file of labels) or that writing makes (a file of labels). */
export async function* filesOf(
  use: 'read' | 'write', { location, arrangement, options: { labels } }: { readonly location: string; readonly arrangement: Arrangement; readonly options: CheckedOptions }, signal: AbortSignal | undefined,
): AsyncGenerator<string, void, undefined> {
  // In an archive labels are an entry.
  const hasLabelFile = labels !== undefined && arrangement === 'stack';
  if (use === 'write') {
    if (hasLabelFile) yield labels;
    return;
  }
  if (pathFacts(location)?.kind === 'folder') yield* linksIn(location, { signal });
  else if (labels === undefined) yield* [labelsBeside(location)].filter((path) => path !== undefined);
  else if (!location.toLowerCase().endsWith('.npz')) yield labels;
}
