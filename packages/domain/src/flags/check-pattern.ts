const LENGTH_MAX = 200;
/** Longer texts match no pattern. */
export const MATCHED_LENGTH_MAX = 2_048;
/** What a pattern may cost on the worst text, in steps of the engine: some ten milliseconds. */
const STEPS_MAX = 64 * MATCHED_LENGTH_MAX ** 2;

/**
 * Why a pattern is not taken, undefined when it is. Patterns are run on texts from outside, in the server and on the machines of visitors, and nothing stops one that
 * takes for ever: so nothing inside a repetition repeats or chooses, and all ways through the pattern together have to be few.
 */
export function problemOfPattern(source: string): string | undefined {
  if (source.length > LENGTH_MAX) return `Give a pattern of at most ${LENGTH_MAX} characters`;
  if (!compiles(source)) return "Mend the pattern: it is no regular expression";
  if (/\\[1-9k]|\(\?(?!:)/.test(source)) return "Leave out references to groups, look-arounds and named groups";
  const { choices, isNested } = readPattern(source);
  if (isNested) return "Do not repeat a group that repeats or chooses inside";
  const steps = choices.reduce((sum, choice) => sum + choice.steps * (choice.isAnchored ? 1 : MATCHED_LENGTH_MAX), 0);
  return steps > STEPS_MAX ? "Use fewer of *, +, ?, { } and |, or let the pattern begin with ^" : undefined;
}

function compiles(source: string): boolean {
  try {
    return new RegExp(source).source !== "";
  } catch {
    return false;
  }
}

/** An upper bound of what a part costs: in how many ways a text can get through it, and the steps of all of these together. */
type Cost = { readonly ways: number; readonly steps: number };
type Choice = Cost & { readonly isAnchored: boolean };
type Read = { readonly choices: readonly Choice[]; readonly isNested: boolean };

const NOTHING: Cost = { ways: 1, steps: 0 };
const LETTER: Cost = { ways: 1, steps: 1 };
const QUANTIFIER = /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/;

function readPattern(source: string): Read {
  // Characters and classes become one letter, so that what is left are groups, choices and repetitions.
  let rest = source.replaceAll(/\\./g, "a").replaceAll(/\[[^\]]*\]/g, "a");
  let isNested = false;
  const take = (length: number): string => {
    const taken = rest.slice(0, length);
    rest = rest.slice(length);
    return taken;
  };
  /** Up to the end of the group. */
  const readChoices = (): readonly Choice[] => {
    const choices: Choice[] = [];
    let one: Choice = { ...NOTHING, isAnchored: rest.startsWith("^") };
    while (rest !== "" && !rest.startsWith(")")) {
      if (rest.startsWith("|")) {
        take(1);
        choices.push(one);
        one = { ...NOTHING, isAnchored: rest.startsWith("^") };
      } else one = { ...one, ...inTurn(one, readRepeated()) };
    }
    return [...choices, one];
  };
  const readRepeated = (): Cost => {
    const letter = take(1);
    const isGroup = letter === "(";
    if (isGroup && rest.startsWith("?:")) take(2);
    const before = rest;
    const part = isGroup ? eitherOf(readChoices()) : LETTER;
    const inside = before.slice(0, before.length - rest.length);
    if (isGroup) take(1);
    const quantifier = take(QUANTIFIER.exec(rest)?.[0].length ?? 0);
    if (quantifier === "") return part;
    const { least, most } = boundsOf(quantifier);
    if (most > 1 && /[|*+?{]/.test(inside)) isNested = true;
    return repeated(part, least, most);
  };
  return { choices: readChoices(), isNested };
}

function boundsOf(quantifier: string): { readonly least: number; readonly most: number } {
  const [, from, comma, to] = /^\{(\d+)(,?)(\d*)\}/.exec(quantifier) ?? [];
  if (from === undefined) return { least: quantifier.startsWith("+") ? 1 : 0, most: quantifier.startsWith("?") ? 1 : MATCHED_LENGTH_MAX };
  if (comma === "") return { least: Number(from), most: Number(from) };
  return { least: Number(from), most: to === "" ? Number(from) + MATCHED_LENGTH_MAX : Number(to) };
}

function inTurn(first: Cost, then: Cost): Cost {
  return { ways: first.ways * then.ways, steps: first.steps + first.ways * then.steps };
}

function eitherOf(choices: readonly Cost[]): Cost {
  return choices.reduce((sum, { ways, steps }) => ({ ways: sum.ways + ways, steps: sum.steps + steps }), { ways: 0, steps: 0 });
}

/** Of a part that can be got through in one way, unless it is there at most once. */
function repeated({ ways, steps }: Cost, least: number, most: number): Cost {
  return { ways: least === most ? ways : (most - least) * ways + 1, steps: most * steps + 1 };
}
