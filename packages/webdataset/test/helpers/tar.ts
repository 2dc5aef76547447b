/** Members and archives by hand, also such as no program makes. */
export interface RawMember {
  readonly name: string | Uint8Array;
  readonly data?: Uint8Array | string;
  /** Default `0`. */
  readonly type?: string;
  /** The text or bytes of the size field. Default: the length of the data, octal. */
  readonly size?: string | Uint8Array;
  /** Default `ustar\0` `00`. Empty: an archive of V7. */
  readonly magic?: string;
  readonly prefix?: string;
  readonly linkName?: string;
  /** Summed as V7 on some machines did: bytes above 127 count as negative. */
  readonly isSigned?: boolean;
  /** What else to change in the header, before the checksum. */
  readonly patch?: (header: Buffer) => void;
}

/** Header, data and padding of a member. */
export function member({ name, data = '', type = '0', size, magic = 'ustar\x0000', prefix = '', linkName = '', isSigned = false, patch }: RawMember): Buffer {
  const content = Buffer.from(data);
  const header = Buffer.alloc(512);
  Buffer.from(name).copy(header, 0, 0, 100);
  header.write('0000644\0', 100);
  Buffer.from(size ?? `${content.length.toString(8).padStart(11, '0')}\0`).copy(header, 124);
  header.write('        ' + type, 148);
  header.write(linkName, 157);
  header.write(magic, 257, 'latin1');
  header.write(prefix, 345);
  patch?.(header);
  const sum = header.reduce((total, byte) => total + (isSigned && byte > 127 ? byte - 256 : byte), 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc((512 - content.length % 512) % 512)]);
}

/** Members and the mark of the end. */
export function archive(...members: readonly (RawMember | Buffer)[]): Buffer {
  return Buffer.concat([...members.map((one) => (Buffer.isBuffer(one) ? one : member(one))), Buffer.alloc(1024)]);
}

/** A record of an extended header. */
export function paxRecord(keyword: string, value: string): string {
  const rest = Buffer.byteLength(` ${keyword}=${value}\n`);
  let length = rest;
  while (String(length).length + rest !== length) length = String(length).length + rest;
  return `${length} ${keyword}=${value}\n`;
}
