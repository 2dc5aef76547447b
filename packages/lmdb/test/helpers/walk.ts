/**
 * A second reading of a database, apart from the reader of this package: every page is looked at, each must be reached
 * exactly once, and what the meta page counts must be what is there. It throws with a sentence where something is not so.
 */

/** What is in a database. */
export interface Walked {
  readonly entries: readonly { readonly key: Buffer; readonly value: Buffer }[];
  readonly depth: number;
  readonly branchPages: number;
  readonly leafPages: number;
  readonly overflowPages: number;
  readonly pages: number;
  readonly txnids: readonly [number, number];
  readonly mapsizes: readonly [number, number];
  readonly environmentFlags: readonly [number, number];
}

/** Walks the 64-bit little-endian database in `file`. */
export function walk(file: Buffer): Walked {
  const headerLength = file.readUInt32LE(16) === 0xbeefc0de ? 16 : 24;
  const dataFormat = file.readUInt32LE(headerLength + 4);
  const pageSize = file.readUInt32LE(headerLength + 24);
  const base = dataFormat === 1 ? 0 : headerLength;
  const word = (at: number): number => Number(file.readBigUInt64LE(at));
  const must = (holds: boolean, what: string): void => {
    if (!holds) throw new Error(what);
  };
  must((headerLength === 16) === (dataFormat === 1), `format ${dataFormat} with a header of ${headerLength}`);

  const metas = [0, 1].map((number) => {
    const at = number * pageSize;
    must(word(at) === number, `meta page ${number} has another number`);
    must(file.readUInt16LE(at + headerLength - 6) === 8, `meta page ${number} has other flags`);
    must(file.readUInt32LE(at + headerLength) === 0xbeefc0de && file.readUInt32LE(at + headerLength + 4) === dataFormat, `meta page ${number}: magic, version`);
    must(word(at + headerLength + 8) === 0, 'an address');
    const free = at + headerLength + 24;
    must(file.readUInt32LE(free) === pageSize, `meta page ${number} has another page size`);
    must(file.subarray(free + 6, free + 40).every((byte) => byte === 0) && file.subarray(free + 40, free + 48).every((byte) => byte === 0xff), 'free pages');
    const main = free + 48;
    must(file.readUInt32LE(main) === 0 && file.readUInt16LE(main + 4) === 0, 'flags of the main tree');
    return {
      mapsize: word(at + headerLength + 16),
      flags: file.readUInt16LE(free + 4),
      depth: file.readUInt16LE(main + 6),
      counts: [8, 16, 24, 32].map((field) => word(main + field)),
      root: file.readBigUInt64LE(main + 40),
      lastPage: word(main + 48),
      txnid: word(main + 56),
    };
  });
  const [first, second] = metas as [typeof metas[0], typeof metas[0]];
  const newest = second.txnid > first.txnid ? second : first;
  must(newest.txnid % 2 === metas.indexOf(newest), 'the newest state is in the wrong meta page');
  must(file.length === (newest.lastPage + 1) * pageSize, `${file.length} bytes for ${newest.lastPage + 1} pages`);

  const seen = new Set<number>([0, 1]);
  const take = (page: number): void => {
    must(page >= 2 && page <= newest.lastPage && !seen.has(page), `page ${page} is outside, or reached twice`);
    seen.add(page);
  };
  const header = (page: number): { readonly flags: number; readonly lower: number; readonly upper: number } => {
    const at = page * pageSize;
    must(word(at) === page, `page ${page} has another number`);
    if (dataFormat !== 1) must(word(at + 8) === 1, `page ${page} is of another transaction`);
    must(file.readUInt16LE(at + headerLength - 8) === 0, `page ${page} has a pad`);
    return {
      flags: file.readUInt16LE(at + headerLength - 6), lower: file.readUInt16LE(at + headerLength - 4), upper: file.readUInt16LE(at + headerLength - 2),
    };
  };
  const even = (length: number): number => length + (length % 2);
  const entries: { key: Buffer; value: Buffer }[] = [];
  const count = { branch: 0, leaf: 0, overflow: 0 };

  const readRun = (page: number, length: number): Buffer => {
    const at = page * pageSize;
    must(word(at) === page && file.readUInt16LE(at + headerLength - 6) === 4, `page ${page} is no overflow page`);
    if (dataFormat !== 1) must(word(at + 8) === 1, `run ${page} is of another transaction`);
    const pages = file.readUInt32LE(at + headerLength - 4);
    must(pages === Math.ceil((headerLength + length) / pageSize), `${pages} pages for ${length} bytes`);
    for (let number = page; number < page + pages; number++) take(number);
    count.overflow += pages;
    const value = file.subarray(at + headerLength, at + headerLength + length);
    must(file.subarray(at + headerLength + length, at + pages * pageSize).every((byte) => byte === 0), `run ${page} ends with other bytes than zeros`);
    return value;
  };

  const walkPage = (page: number, level: number, low: Buffer | undefined, high: Buffer | undefined): void => {
    take(page);
    const { flags, lower, upper } = header(page);
    const isLeaf = flags === 2;
    must(isLeaf === (level === newest.depth), `page ${page} with flags ${flags} at level ${level} of ${newest.depth}`);
    must(isLeaf || flags === 1, `page ${page} has the flags ${flags}`);
    const nodes = (lower + base - headerLength) / 2;
    must(nodes >= (isLeaf ? 1 : 2), `page ${page} has ${nodes} nodes`);
    const start = page * pageSize;
    must(file.subarray(start + base + lower, start + base + upper).every((byte) => byte === 0), `page ${page} holds old bytes`);
    const places = Array.from({ length: nodes }, (_, index) => file.readUInt16LE(start + headerLength + 2 * index));
    must(places.every((place) => place % 2 === 0) && Math.min(...places) === upper, `page ${page} has odd pointers`);
    let space = 0;
    if (isLeaf) {
      count.leaf++;
      for (const place of places) {
        const node = start + base + place;
        const length = file.readUInt32LE(node);
        const nodeFlags = file.readUInt16LE(node + 4);
        const keyLength = file.readUInt16LE(node + 6);
        must(nodeFlags < 2 && keyLength > 0, `page ${page}: a node has flags ${nodeFlags} and a key of ${keyLength}`);
        const data = node + 8 + (dataFormat === 3 ? even(keyLength) : keyLength);
        const stored = nodeFlags === 1 ? (dataFormat === 1 ? 8 : 24) : length;
        const key = file.subarray(node + 8, node + 8 + keyLength);
        must(file.subarray(node + 8 + keyLength, data).every((byte) => byte === 0), `page ${page}: padding of a key`);
        if (stored % 2 !== data % 2) must(file[data + stored] === 0, `page ${page}: padding of a node`);
        space += even(data - node + stored);
        const previous = entries.at(-1)?.key;
        must(previous === undefined || Buffer.compare(previous, key) < 0, `page ${page}: keys do not ascend`);
        must(low === undefined || Buffer.compare(low, key) <= 0, `page ${page}: a key below its separator`);
        must(high === undefined || Buffer.compare(key, high) < 0, `page ${page}: a key not below the next separator`);
        if (nodeFlags === 1 && dataFormat !== 1) {
          must(word(data + 8) === 1 && word(data + 16) === Math.ceil((headerLength + length) / pageSize), `page ${page}: a reference`);
        }
        entries.push({ key, value: nodeFlags === 1 ? readRun(word(data), length) : file.subarray(data, data + length) });
      }
    } else {
      count.branch++;
      const children = places.map((place, index) => {
        const node = start + base + place;
        const keyLength = file.readUInt16LE(node + 6);
        must((index === 0) === (keyLength === 0), `page ${page}: node ${index} has a key of ${keyLength}`);
        space += even(8 + keyLength);
        return { child: file.readUIntLE(node, 6), key: index === 0 ? low : file.subarray(node + 8, node + 8 + keyLength) };
      });
      children.forEach(({ child, key }, index) => walkPage(child, level + 1, key, children[index + 1]?.key ?? high));
    }
    must(base + upper + space === pageSize, `page ${page}: nodes take ${space} bytes, ${pageSize - base - upper} are theirs`);
  };

  if (newest.depth === 0) must(newest.root === 2n ** 64n - 1n && newest.lastPage === 1, 'an empty tree with a root');
  else walkPage(Number(newest.root), 1, undefined, undefined);
  must(seen.size === newest.lastPage + 1, `${newest.lastPage + 1 - seen.size} pages are reached by nothing`);
  must(String(newest.counts) === String([count.branch, count.leaf, count.overflow, entries.length]), `the meta page counts ${String(newest.counts)}`);
  return {
    entries, depth: newest.depth, branchPages: count.branch, leafPages: count.leaf, overflowPages: count.overflow, pages: newest.lastPage + 1,
    txnids: [first.txnid, second.txnid], mapsizes: [first.mapsize, second.mapsize], environmentFlags: [first.flags, second.flags],
  };
}
