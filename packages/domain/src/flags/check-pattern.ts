const LENGTH_MAX = 200;
/** Each open repetition may multiply the work by the length of the text. */
const OPEN_REPEATS_MAX = 2;

/**
 * Why a pattern is not taken, undefined when it is. Patterns are run on texts from outside, in the server and on the machines of visitors, and nothing stops one that
 * takes for ever: so nothing inside a repetition repeats or chooses, and open repetitions are few.
 */
export function problemOfPattern(source: string): string | undefined {
  if (source.length > LENGTH_MAX) return `Give a pattern of at most ${LENGTH_MAX} characters`;
  if (!compiles(source)) return "Mend the pattern: it is no regular expression";
  if (/\\[1-9k]|\(\?(?!:)/.test(source)) return "Leave out references to groups, look-arounds and named groups";
  return problemOfRepeats(source);
}

function compiles(source: string): boolean {
  try {
    return new RegExp(source).source !== "";
  } catch {
    return false;
  }
}

function problemOfRepeats(source: string): string | undefined {
  // Characters and classes become one letter, so that what is left are groups, choices and repetitions.
  const shape = source.replaceAll(/\\./g, "a").replaceAll(/\[[^\]]*\]/g, "a");
  if (hasRepeatedChoice(shape)) return "Do not repeat a group that repeats or chooses inside";
  const open = shape.match(/[*+]|\{\d+,\}/g)?.length ?? 0;
  return open > OPEN_REPEATS_MAX ? `Use at most ${OPEN_REPEATS_MAX} repetitions such as * and +` : undefined;
}

const INNERMOST = /\((?:\?:)?([^()]*)\)/;
const CHANGES = /[|*+?{]/;
const REPEATED = /^(?:[*+]|\{\d+,?\d*\})/;

/** Folds groups from the inside: one that repeats or chooses leaves a sign behind, so that those around it do as well. */
function hasRepeatedChoice(shape: string): boolean {
  let rest = shape;
  for (let group = INNERMOST.exec(rest); group !== null; group = INNERMOST.exec(rest)) {
    const after = rest.slice(group.index + group[0].length);
    const changes = CHANGES.test(group[1] ?? "");
    if (changes && REPEATED.test(after)) return true;
    rest = `${rest.slice(0, group.index)}${changes ? "a?" : "a"}${after}`;
  }
  return false;
}
