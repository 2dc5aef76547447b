/** What is refused although it may be well-formed, because its size is only a claim until it is read. */
export interface Limits {
  /** The most bytes in one record. Default 1 GiB. */
  readonly record?: number;
  /** The most plain bytes for each byte of a compressed file, beyond the first MiB. Default 1000. */
  readonly ratio?: number;
}

/** The limits with their defaults. */
export function withDefaults(limits: Limits = {}): Required<Limits> {
  return { record: limits.record ?? 2 ** 30, ratio: limits.ratio ?? 1000 };
}
