/** An error as ClickHouse reports it: a number, its name and a text. */
export class ClickHouseError extends Error {
  readonly code: number;

  constructor(code: number, type: string, text: string) {
    super(`Code: ${code}. DB::Exception: ${text} (${type})`);
    this.name = "ClickHouseError";
    this.code = code;
  }
}

const STD_EXCEPTION = 1001;

/** Reads the engine's error text (`… Code: 60. DB::Exception: … (UNKNOWN_TABLE)`) into its code and the text from `Code:` on. */
export function readEngineError(error: unknown): Readonly<{ code: number; text: string }> {
  const message = error instanceof Error ? error.message : String(error);
  const start = message.indexOf("Code: ");
  const code = /^Code: (\d+)\. /.exec(start < 0 ? "" : message.slice(start));
  if (code === null) return { code: STD_EXCEPTION, text: `Code: ${STD_EXCEPTION}. DB::Exception: ${message} (STD_EXCEPTION)` };
  return { code: Number(code[1]), text: message.slice(start) };
}

const NOT_FOUND = new Set([46, 47, 50, 52, 60, 71, 73, 81, 115]);
const BAD_REQUEST = new Set([6, 26, 27, 33, 36, 38, 41, 43, 53, 62, 69, 70, 72, 117, 130, 131, 386, 456, 457]);
const UNAVAILABLE = new Set([74, 76, 202, 236]);

/** The HTTP status that ClickHouse's own server gives an error code. */
export function statusOfErrorCode(code: number): number {
  if (NOT_FOUND.has(code)) return 404;
  if (BAD_REQUEST.has(code)) return 400;
  if (UNAVAILABLE.has(code)) return 503;
  switch (code) {
    case 48:
      return 501;
    case 159:
      return 408;
    case 307:
      return 413;
    default:
      return 500;
  }
}
