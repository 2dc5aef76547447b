import type { Flags } from './arguments.js';
import type { Formats } from './formats.js';
import type { Io } from './io.js';
import type { Style } from './output.js';

/** What every command is given. */
export interface CommandContext {
  /** As many as the command's specification says. */
  readonly operands: readonly string[];
  readonly flags: Flags;
  readonly io: Io;
  readonly formats: Formats;
  /** For standard output. */
  readonly style: Style;
}
