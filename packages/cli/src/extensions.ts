import { basename } from 'node:path';
import { isPlugin, manifestOf } from './formats.js';
import type { Format, Formats } from './formats.js';

/**
 * The formats whose manifests have the end of a name, built in or declared by `--plugin` or the configuration: of the longest such end, and
 * a built-in alone where it has that end too. More than one: plugins that claim the same.
 * @throws ImgstoreError for a declared plugin that cannot be used.
 */
export function formatsByName(location: string, formats: Formats): readonly Format[] {
  const name = basename(location).toLowerCase();
  const claims = [...formats.builtins, ...formats.declared()]
    .flatMap((format) => (manifestOf(format)?.extensions ?? []).map((extension) => ({ format, extension })))
    .filter(({ extension }) => name.endsWith(extension));
  const longest = Math.max(...claims.map(({ extension }) => extension.length));
  const claimants = claims.filter(({ extension }) => extension.length === longest).map(({ format }) => format);
  const builtin = claimants.find((format) => !isPlugin(format));
  return builtin ? [builtin] : claimants;
}
