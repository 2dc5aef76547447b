import type { Limits } from './limits.js';
import type { SampleStore } from './store.js';

/** The version of this contract. A new optional member keeps it; a new member of a union makes the next one. */
export const CONTRACT = 1;

/** A format, as a plugin: what third parties export and what the command line loads. */
export interface Adapter<Options extends object = object> {
  readonly contract: 1;
  /** Lower case; the value of `--from` and `--to`. */
  readonly format: string;
  /** The adapter's options as data: flags, help, validation and documents come from here. */
  readonly options: OptionSpecs<Options>;
  /** Whether the content at the probe's path is of this format; undefined: no. Reads nothing but the probe. */
  detect(probe: Probe): Promise<Detection | undefined>;
  /** A store at that path, or at `-` (standard input). No I/O. Options have been checked by `checkOptions`. */
  store(location: string, options?: Options & CommonOptions): SampleStore;
}

/** What every adapter is given besides its own options, without declaring it. One that has no use for a member leaves it alone. */
export interface CommonOptions {
  /** Bounds for what the content claims. Default: those of LIMITS. */
  readonly limits?: Limits;
}

/** One option of an adapter. */
export interface OptionSpec<T> {
  /** `bytes` is a number of bytes, which may be typed as 64MiB; a list is a closed choice. */
  readonly type: 'string' | 'number' | 'boolean' | 'bytes' | readonly (T & string)[];
  readonly default?: T;
  /** One sentence, without a full stop. */
  readonly description: string;
  readonly for: 'read' | 'write' | 'both';
}

/** The options of an adapter, each with its specification. */
export type OptionSpecs<O> = { readonly [K in keyof Required<O>]: OptionSpec<Required<O>[K]> };

/** What `detect` may look at. */
export interface Probe {
  readonly path: string;
  readonly isDirectory: boolean;
  /** In bytes; 0 for a folder. */
  readonly size: number;
  /** The first 64 KiB of a file; empty for a folder. */
  readonly head: Uint8Array;
  /** The first 1,000 names in the folder, or in one below it (`train/cat`), sorted; none where no folder is. */
  names(folder?: string): Promise<readonly string[]>;
}

/** That a probe is of the adapter's format. */
export interface Detection {
  readonly certain: boolean;
  /** What was seen, for the user: `length checksum of record 0`. */
  readonly evidence: string;
  /** Options that the content asks for. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** The adapter itself, with its options' types inferred: the default export of an adapter package. */
export function defineAdapter<Options extends object>(adapter: Adapter<Options>): Adapter<Options> {
  return adapter;
}
