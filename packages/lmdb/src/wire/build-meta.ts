import { ByteSink } from '@imgstore/core';
import type { BuildFormat } from './build-format.js';
import { TXNID } from './build-node.js';
import type { TreeFacts } from './build-tree.js';

// Meta page (lmdb-format.md 5): page header with flags 8; u32 magic, u32 version; u64 address, u64 mapsize; the FREE and the
// MAIN record; u64 last page; u64 txnid. Record (6): u32 pad, u16 flags, u16 depth, u64 branch pages, leaf pages, overflow
// pages, entries, root.

/** What the newer meta page says. */
export interface DatabaseFacts {
  /** Absent: no entries. */
  readonly tree?: TreeFacts;
  readonly overflowPages: number;
  readonly entries: number;
  /** The highest page number. */
  readonly lastPage: number;
  /** The database is one file, not a folder with data.mdb: liblmdb notes it in its flags. */
  readonly singleFile: boolean;
}

const META_FLAGS = 0x08;
const MAGIC = 0xbeefc0de;
/** Environment flags stand in the FREE record: its keys are integers; MDB_NOSUBDIR. */
const FREE_FLAGS = 0x08;
const SINGLE_FILE_FLAG = 0x4000;
const NO_ROOT = new Uint8Array(8).fill(0xff);
const MAPSIZE_MIN = 2 ** 20;
const MAPSIZE_STEP = 2 ** 16;

/** Pages 0 and 1, as liblmdb leaves them after one commit, or after none when there are no entries. */
export function encodeMetaPages(format: BuildFormat, facts: DatabaseFacts): Uint8Array {
  const { pageSize } = format;
  const fileLength = (facts.lastPage + 1) * pageSize;
  const mapsize = Math.max(MAPSIZE_MIN, Math.ceil(fileLength / MAPSIZE_STEP) * MAPSIZE_STEP);
  const pages = new Uint8Array(2 * pageSize);
  const sink = new ByteSink(pageSize);
  for (const number of [0, 1]) {
    // transaction n is in meta page n & 1: the first one in page 1, the state before it in page 0
    const isCurrent = number === 1 && facts.tree !== undefined;
    sink.clear();
    sink.u64le(number);
    sink.bytes(new Uint8Array(format.flagsAt - format.wordLength)); // the txnid of formats 2 and 3, zero in a meta page; pad
    sink.u16le(META_FLAGS);
    sink.u32le(0);
    sink.u32le(MAGIC);
    sink.u32le(format.dataFormat);
    sink.u64le(0);
    sink.u64le(mapsize);
    encodeRecord(sink, { pad: pageSize, flags: FREE_FLAGS | (facts.singleFile ? SINGLE_FILE_FLAG : 0) });
    encodeRecord(sink, { pad: 0, flags: 0, ...(isCurrent ? { facts } : undefined) });
    sink.u64le(isCurrent ? facts.lastPage : 1);
    sink.u64le(isCurrent ? TXNID : 0);
    pages.set(sink.view(), number * pageSize);
  }
  return pages;
}

function encodeRecord(sink: ByteSink, record: { readonly pad: number; readonly flags: number; readonly facts?: DatabaseFacts }): void {
  const { facts } = record;
  sink.u32le(record.pad);
  sink.u16le(record.flags);
  sink.u16le(facts?.tree?.depth ?? 0);
  sink.u64le(facts?.tree?.branchPages ?? 0);
  sink.u64le(facts?.tree?.leafPages ?? 0);
  sink.u64le(facts?.overflowPages ?? 0);
  sink.u64le(facts?.entries ?? 0);
  if (facts?.tree) sink.u64le(facts.tree.root);
  else sink.bytes(NO_ROOT);
}
