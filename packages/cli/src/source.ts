import type { Adapter, Limits, OptionSpec, SampleStore } from '@imgstore/core';
import type { Place } from '@imgstore/convert';
import { adapterOptions } from './adapter-options.js';
import type { Flags } from './arguments.js';
import { recogniseSource } from './detect.js';
import type { Recognised } from './detect.js';
import type { Formats } from './formats.js';
import { refuseUrl } from './location.js';
import { parseMax, parsePairs } from './values.js';

/** What the flags say of a source: `--from`, `--src-opt` and `--max`. */
export interface SourceSettings {
  readonly from: string | undefined;
  readonly pairs: ReadonlyMap<string, string>;
  readonly limits: Limits | undefined;
}

/** A source that can be read, and how its format was told. */
export interface Source {
  readonly recognised: Recognised;
  readonly store: SampleStore;
  /** Where it is read from: of standard input `-`, which its store may call otherwise. */
  readonly place: Place;
}

/** The flags of a source, checked as far as that can be done without its adapter. @throws ImgstoreError BAD_OPTION. */
export function readSourceFlags(flags: Flags): SourceSettings {
  return {
    from: flags.value('from'),
    pairs: parsePairs('--src-opt', flags.values('src-opt')),
    limits: parseMax('--max', flags.values('max')),
  };
}

/**
 * Tells the format of a source and makes its store; `isIndexed` asks for random access where the format has it as its option `index`.
 * @throws ImgstoreError as {@link recogniseSource}; BAD_OPTION for the adapter's options.
 */
export async function openSource(
  location: string, { from, pairs, limits }: SourceSettings, formats: Formats, { isIndexed = false }: { readonly isIndexed?: boolean } = {},
): Promise<Source> {
  refuseUrl(location, from);
  const recognised = await recogniseSource(location, from, formats, [...pairs.keys()]);
  const { adapter, detection } = recognised;
  const index = isIndexed && hasIndex(adapter) ? { index: true } : {};
  const options = adapterOptions(adapter, { ...index, ...detection?.options, ...Object.fromEntries(pairs) }, 'read');
  const store = adapter.store(location, { ...options, ...limits && { limits } });
  return { recognised, store, place: location === '-' ? { location } : store };
}

function hasIndex({ options }: Adapter): boolean {
  const index = new Map<string, OptionSpec<unknown>>(Object.entries(options)).get('index');
  return index?.type === 'boolean' && index.for !== 'write';
}
