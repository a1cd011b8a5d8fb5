import { fail, ok, type Result } from "../result.ts";

const LENGTH_MAX = 200;
const OPEN_QUANTIFIERS_MAX = 2;
/** Only this much of a cell is looked at, so that the dearest allowed pattern stays in the microseconds. */
const SUBJECT_MAX = 256;

/** Tests the beginning of a cell. */
export type Pattern = (text: string) => boolean;

/**
 * Compiles a regular expression of a mapping file. Patterns come from outside and run on every row, so those that can take
 * exponential time are refused: no repeated groups, no back-references or look-around, at most two open repetitions.
 */
export function compilePattern(source: string): Result<Pattern> {
  const objection = objectionTo(source);
  if (objection !== undefined) return fail("import.mapping_invalid", { mend: objection });
  try {
    const expression = new RegExp(source, "u");
    return ok((text) => expression.test(text.length > SUBJECT_MAX ? text.slice(0, SUBJECT_MAX) : text));
  } catch (error) {
    return fail("import.mapping_invalid", {
      mend: `Correct the regular expression: ${error instanceof Error ? error.message : String(error)}`,
    });
  }
}

function objectionTo(source: string): string | undefined {
  if (source.length > LENGTH_MAX) return `Keep the regular expression under ${LENGTH_MAX} characters`;
  // Escapes and classes are emptied first, so that a literal bracket or star is not taken for an operator.
  const bare = source.replaceAll(/\\./gu, (escape) => (/\\[1-9k]/u.test(escape) ? "\u0001" : "x")).replaceAll(/\[[^\]]*\]/gu, "x");
  if (bare.includes("\u0001")) return "Back-references are not allowed";
  if (/\(\?(?!:)/u.test(bare)) return "Look-around and named groups are not allowed; use (?:…)";
  if (/\)[*+?{]/u.test(bare)) return "A group must not be repeated";
  const open = bare.replaceAll("(?:", "(").match(/[*+]|\{\d+,\}/gu)?.length ?? 0;
  return open > OPEN_QUANTIFIERS_MAX ? `Use at most ${OPEN_QUANTIFIERS_MAX} open repetitions (* or +)` : undefined;
}
