import { checkOptions, ImgstoreError, quote } from '@imgstore/core';
import type { Adapter } from '@imgstore/core';
import { COMMANDS } from './program.js';

/** The options of an adapter's store as the command line says them, texts in their types. @throws ImgstoreError BAD_OPTION; for one that is a flag of `convert`, with that flag. */
export function adapterOptions({ format, options }: Adapter, values: Readonly<Record<string, unknown>>, use: 'read' | 'write'): ReturnType<typeof checkOptions> {
  const flags = COMMANDS.find(({ name }) => name === 'convert')?.flags ?? [];
  for (const name of Object.keys(values)) {
    const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    if (!(name in options) && flags.some(({ long }) => long === flag)) {
      throw new ImgstoreError('BAD_OPTION', `${format}: option ${quote(name)} is not known`, { format, hint: `it is a flag of its own: --${flag}` });
    }
  }
  return checkOptions(options, values, { format, text: true, use });
}
