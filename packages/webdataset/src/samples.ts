import { breather, HEAD_BYTES, ImgstoreError, limitError, quote } from '@imgstore/core';
import type { ErrorPlace } from '@imgstore/core';
import type { Archive } from './io/archive.js';
import { chooseImage, isImageExt } from './mapping.js';
import type { Members } from './mapping/members.js';
import { SeenStems } from './seen-stems.js';
import { keyOfStem, parseMemberName } from './wire/names.js';
import { unreadable } from './wire/reader.js';
import type { Member, MemberReader } from './wire/reader.js';

/** Each member becomes objects of some hundred bytes, however few it has of its own. */
const MOST_MEMBERS = 65_536;

/** Neighbouring members with one stem: a sample as it is stored. */
export interface StoredSample {
  readonly stem: string;
  /** Where its first header begins. */
  readonly offset: number;
  readonly members: Members;
  /** Bytes of all data. */
  readonly bytes: number;
  /** Why it is none. */
  readonly problem?: ImgstoreError;
}

/** How to read stored samples. */
export interface StoredSampleOptions {
  /** The most bytes of all members of a sample, each with its header. */
  readonly limit: number;
  readonly place: ErrorPlace;
  /** The option of that name: needed to read only the head of what will be the image. */
  readonly image: string | undefined;
  readonly payload: 'full' | 'head';
  readonly onNote: ((text: string, key: string) => void) | undefined;
}

interface Part {
  readonly member: Member;
  readonly stem: string;
  readonly ext: string;
}

/** The stored samples of an archive. */
export class StoredSamples {
  readonly #archive: Archive;
  readonly #reader: MemberReader;
  readonly #options: StoredSampleOptions;
  readonly #breathe = breather();
  /** Absent: nobody wants to know. */
  readonly #seen: SeenStems | undefined;
  /** The part that begins the next sample. */
  #pending: Part | undefined;
  #isStarted = false;

  constructor(archive: Archive, reader: MemberReader, options: StoredSampleOptions) {
    this.#archive = archive;
    this.#reader = reader;
    this.#options = options;
    this.#seen = options.onNote && new SeenStems();
  }

  /**
   * The next sample, or undefined at the end. With `load: false` its data are stepped over. What is wrong with one sample is its
   * `problem`; what is wrong with the archive is thrown, before a sample of which a member might be missing.
   */
  async next({ load }: { readonly load: boolean }): Promise<StoredSample | undefined> {
    if (!this.#isStarted) {
      this.#isStarted = true;
      this.#pending = await this.#nextPart();
    }
    const first = this.#pending;
    if (first === undefined) return undefined;
    if (this.#seen?.add(first.stem) === true) this.#options.onNote?.(NOTE_APART, keyOfStem(first.stem));
    const loading = new Loading(this.#archive, this.#reader, this.#options);
    let part: Part | undefined = first;
    while (part?.stem === first.stem) {
      if (load) await loading.add(part);
      part = await this.#nextPart();
    }
    this.#pending = part;
    if (load) await loading.complete();
    const { members, bytes, problem } = loading;
    return { stem: first.stem, offset: first.member.offset, members, bytes, ...problem && { problem } };
  }

  async #nextPart(): Promise<Part | undefined> {
    for (;;) {
      const member = await this.#reader.next();
      await this.#breathe();
      if (member === undefined) return undefined;
      if (member.kind === 'folder') continue;
      const name = parseMemberName(member.name);
      if (member.kind !== 'other' && name.kind === 'part') return { member, ...name };
      this.#options.onNote?.(member.kind === 'other' ? LEFT_OUT.other : LEFT_OUT[name.kind === 'part' ? 'other' : name.kind], member.name);
    }
  }
}

/** As in Python's webdataset: to put them together would take the whole archive into memory. */
const NOTE_APART = 'members of one key that are not neighbours are several samples; tar --sort=name puts them together';

/** Members that are no part of a sample, as webdataset has it. */
const LEFT_OUT = {
  other: 'links, devices and pipes are left out',
  meta: 'members named __x__ are left out',
  hidden: 'members whose names begin with a dot are left out',
  plain: 'members whose names have no extension are left out',
} as const;

/** A sample that is being read. */
class Loading {
  readonly members = new Map<string, Uint8Array>();
  bytes = 0;
  problem: ImgstoreError | undefined;
  readonly #archive: Archive;
  readonly #reader: MemberReader;
  readonly #options: StoredSampleOptions;
  /** Bytes of data and headers, the extended ones too: names and extensions are in them. */
  #size = 0;
  /** Members of which only the head was read. */
  readonly #cut: Part[] = [];

  constructor(archive: Archive, reader: MemberReader, options: StoredSampleOptions) {
    this.#archive = archive;
    this.#reader = reader;
    this.#options = options;
  }

  async add(part: Part): Promise<void> {
    const { member, ext } = part;
    const { limit, place, payload } = this.#options;
    this.#size += member.dataOffset - member.offset + member.size;
    const at = { ...place, offset: member.offset };
    if (this.problem !== undefined) return;
    if (this.members.has(ext)) this.problem = new ImgstoreError('CORRUPT', `the sample has two members of the extension ${quote(ext)}, the second is ${quote(member.name)}`, at);
    else if (this.#size > limit) this.problem = limitError('record', this.#size, `a sample of at least ${this.#size} bytes, the limit is ${limit}`, at);
    else if (this.members.size === MOST_MEMBERS) this.problem = new ImgstoreError('LIMIT', `a sample of more than ${MOST_MEMBERS} members`, at);
    else this.problem = unreadable(member, at);
    if (this.problem !== undefined) return;
    const isCut = payload === 'head' && this.#archive.canSeek && member.size > HEAD_BYTES && isImageExt(ext);
    if (isCut) this.#cut.push(part);
    this.members.set(ext, await this.#reader.data(isCut ? HEAD_BYTES : member.size));
    this.bytes += member.size;
  }

  /** Reads the rest of members that were cut and are not the image. */
  async complete(): Promise<void> {
    if (this.problem !== undefined || this.#cut.length === 0) return;
    const image = chooseImage(this.members.keys(), this.#options.image);
    const others = this.#cut.filter(({ ext }) => ext !== image);
    if (others.length === 0) return;
    const { offset } = this.#archive;
    for (const { member, ext } of others) {
      this.#archive.seek(member.dataOffset);
      this.members.set(ext, await this.#archive.read(member.size));
    }
    this.#archive.seek(offset);
  }
}
