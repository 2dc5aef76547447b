import type { Flags } from './arguments.js';
import type { Builtin } from './builtins.js';
import type { Io } from './io.js';
import type { Style } from './output.js';

/** What every command is given. */
export interface CommandContext {
  /** As many as the command's specification says. */
  readonly operands: readonly string[];
  readonly flags: Flags;
  readonly io: Io;
  readonly builtins: readonly Builtin[];
  /** For standard output. */
  readonly style: Style;
}
