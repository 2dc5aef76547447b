import { ImgstoreError, isWritableStore } from '@imgstore/core';
import type { Adapter, Limits, OptionSpec, WritableStore } from '@imgstore/core';
import { hasName } from '@imgstore/core/files';
import type { PixelOptions } from '@imgstore/convert';
import { adapterOptions } from './adapter-options.js';
import type { Cuts } from './convert-settings.js';
import { refuseSetName } from './target.js';

/** What a target is opened with. */
export interface TargetSettings {
  /** What `--dst-opt` says. */
  readonly pairs: ReadonlyMap<string, string>;
  /** `--shards` and `--shard-size` are for the formats that have these options. */
  readonly cuts: Cuts;
  /** `--layout` and `--color` are also options of formats that do not record them. */
  readonly form: Pick<PixelOptions, 'layout' | 'color'>;
  readonly limits: Limits | undefined;
}

/** The store that will be written. @throws ImgstoreError BAD_OPTION, UNSUPPORTED for a format that can only be read. */
export function openTarget(adapter: Adapter, location: string, { pairs, cuts, form, limits }: TargetSettings): WritableStore {
  const { format } = adapter;
  refuseSetName(location, adapter);
  for (const name of Object.keys(cuts)) {
    const flag = name === 'shards' ? '--shards' : '--shard-size';
    if (!(name in adapter.options)) throw new ImgstoreError('BAD_OPTION', `${flag}: ${format} writes one file or folder`, { format });
    if (pairs.has(name)) throw new ImgstoreError('BAD_OPTION', `${flag} and --dst-opt ${name} are the same; give one of them`, { format });
  }
  const options = adapterOptions(adapter, { ...formOptions(adapter, form), ...Object.fromEntries(pairs), ...cuts }, 'write');
  const store = adapter.store(location, { ...options, ...limits && { limits } });
  if (!isWritableStore(store)) throw new ImgstoreError('UNSUPPORTED', `${format} can be read, not written`, { format, hint: 'imgstore formats shows which formats can be written' });
  return store;
}

/** `layout` and `color`, where the format has such an option for writing with that choice. */
function formOptions(adapter: Adapter, form: TargetSettings['form']): Readonly<Record<string, string>> {
  const specs = new Map<string, OptionSpec<unknown>>(Object.entries(adapter.options));
  return Object.fromEntries(Object.entries(form).filter(([name, value]) => {
    const spec = specs.get(name);
    return spec !== undefined && spec.for !== 'read' && typeof spec.type === 'object' && spec.type.some((choice) => choice === value);
  }));
}

/** Into which files the target is cut, however that was said. The options have been checked. */
export function cutsOf(flags: Cuts, pairs: TargetSettings['pairs']): Cuts {
  const [shards, shardSize] = [pairs.get('shards'), pairs.get('shardSize')];
  return { ...flags, ...shards !== undefined && { shards: Number(shards) }, ...shardSize !== undefined && { shardSize } };
}

/** That nothing is at the paths of a target that is to be new. @throws ImgstoreError EXISTS. */
export function checkVacant(paths: readonly string[]): void {
  const taken = paths.find(hasName);
  if (taken !== undefined) throw new ImgstoreError('EXISTS', 'is there already; nothing was written', { file: taken, hint: 'choose another name, or replace it with --overwrite' });
}
