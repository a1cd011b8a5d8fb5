import { faultError } from "./fault-error.ts";

/** Where a page ended: the sort values of its last row. */
export type CursorPart = string | number;

/** An opaque cursor. */
export function encodeCursor(parts: readonly CursorPart[]): string {
  return Buffer.from(JSON.stringify(parts)).toString("base64url");
}

/** The parts of a cursor made by `encodeCursor`; `kinds` says how many there must be and of which type. Throws `request.invalid` for anything else. */
export function decodeCursor(cursor: string, kinds: readonly ("string" | "number" | "id")[]): readonly CursorPart[] {
  const parts = parse(cursor);
  if (Array.isArray(parts) && parts.length === kinds.length && kinds.every((kind, index) => fits(parts[index], kind)))
    return parts as CursorPart[];
  throw faultError("request.invalid", { field: "cursor", mend: "Use the nextCursor of the page before, unchanged" });
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}

/** `id` is a positive decimal number that fits a signed 64-bit column. */
function fits(value: unknown, kind: "string" | "number" | "id"): boolean {
  if (kind === "number") return typeof value === "number" && Number.isFinite(value);
  return (
    typeof value === "string" && value.isWellFormed() && !value.includes("\u0000") && (kind === "string" || /^[1-9]\d{0,17}$/.test(value))
  );
}
