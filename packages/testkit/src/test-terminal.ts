/** A terminal for a command under test: what it is given to write to, and what it wrote. */
export type TestTerminal = {
  readonly io: {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly stdout: { readonly write: (text: string) => void };
    readonly stderr: { readonly write: (text: string) => void };
  };
  /** Written to stdout since the last `clear`. */
  readonly said: () => string;
  /** Written to stderr since the last `clear`. */
  readonly complained: () => string;
  readonly clear: () => void;
};

/** A terminal with an empty environment. */
export function createTestTerminal(): TestTerminal {
  let said = "";
  let complained = "";
  return {
    io: {
      env: {},
      stdout: {
        write: (text) => {
          said += text;
        },
      },
      stderr: {
        write: (text) => {
          complained += text;
        },
      },
    },
    said: () => said,
    complained: () => complained,
    clear: () => {
      said = "";
      complained = "";
    },
  };
}
