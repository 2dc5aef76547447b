import { dirname } from 'node:path';
import { breather } from '@imgstore/core';
import { joinPath, linksIn, pathFacts } from '@imgstore/core/files';
import { MANIFESTS } from './companions.js';
import type { Content } from './content.js';
import { isImageFile } from './io/head.js';
import { LABELS_FILE } from './label-files.js';
import type { CheckedOptions } from './options.js';

/** What is asked for the files that it reads. */
interface Asked {
  readonly location: string;
  readonly options: CheckedOptions;
  /** Opens what is at the location. */
  readonly open: () => Promise<Content>;
  readonly signal: AbortSignal | undefined;
}

/** The paths that reading opens beyond a folder's own: side files, what links lead to, and the rows of a list or a manifest. @throws ImgstoreError as reading; the signal's reason. */
export async function* filesRead({ location, options, open, signal }: Asked): AsyncGenerator<string, void, undefined> {
  const { labels, metadata, boxes, list } = options;
  yield* [labels, metadata, boxes, list].filter((path) => path !== undefined);
  const facts = pathFacts(location);
  if (facts === undefined) return;
  if (facts.kind === 'folder') yield* linksIn(location, { signal });
  const hasRows = facts.kind === 'folder' ? MANIFESTS.some((name) => pathFacts(joinPath(location, name)) !== undefined) : !isImageFile(location);
  if (!hasRows) return;
  yield joinPath(options.root ?? (facts.kind === 'folder' ? location : dirname(location)), LABELS_FILE);
  const entries = await (await open()).entries({ ...signal && { signal } });
  const breathe = breather();
  try {
    for (let entry = await entries.next(); entry !== undefined; entry = await entries.next()) {
      signal?.throwIfAborted();
      await breathe();
      if (entry.error === undefined) yield entry.path;
    }
  } finally {
    await entries.close();
  }
}
