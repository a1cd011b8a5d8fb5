/** Words that stand at the top of every list of stolen passwords, alone or with digits behind them. Folded as `fold` does it. */
const COMMON = (
  "password passwort passwd passw0rd admin administrator root user guest login welcome letmein master secret changeme default test testing demo qwerty qwertz azerty asdf zxcv " +
  "iloveyou loveyou lovely love forever princess sunshine shadow monkey dragon tiger eagle falcon phoenix lion panda kitty puppy buster charlie daniel michael jessica ashley " +
  "jennifer michelle thomas jordan george robert andrew joshua matthew anthony nicole hannah amanda maggie ginger pepper cookie chocolate cheese banana orange apple cherry " +
  "football baseball basketball soccer hockey liverpool chelsea arsenal barcelona superman batman spiderman pokemon starwars naruto minecraft computer internet windows " +
  "samsung google facebook whatever nothing something freedom killer hunter ranger soldier trustno hello summer winter spring autumn january february march april june july " +
  "august september october november december monday friday sunday flower butterfly angel baby babygirl babyboy family mother father brother sister money dollar diamond silver golden purple yellow black white blue green " +
  "woaini woaiwojia woaiwo aini wodemima mima zhangwei wangwei liwei zhongguo beijing shanghai shenzhen guangzhou taobao alipay wechat weixin qqqq company office business system server database manager staff terrace titian"
).split(" ");

/** Rows of keys and of letters that fingers and heads run along. */
const ROWS = [
  "qwertyuiop",
  "asdfghjkl",
  "zxcvbnm",
  "abcdefghijklmnopqrstuvwxyz",
  "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik",
  "qazwsxedcrfvtgbyhnujmik",
  "1q2w3e4r5t6y7u8i9o0p",
  "q1w2e3r4t5y6u7i8o9p0",
  "12345678901234567890",
];
const RUNS = ROWS.flatMap((row) => [row, [...row].toReversed().join("")]);
const RUN_MIN = 3;
/** What is left of a password once everything guessable counts as one character each. */
const UNGUESSED_MIN = 6;
const DIFFERENT_MIN = 5;
const OWN_WORD_MIN = 3;

/**
 * Whether a password is guessed early: few different characters, or little besides common words, rows of keys, repetitions, dates, the
 * product's name, and `own` texts (e-mail, name) of whoever chooses it. There are no rules for which characters it must hold.
 */
export function isGuessable(password: string, own: readonly string[]): boolean {
  const text = password.normalize("NFKC").toLowerCase();
  if (new Set(text).size < DIFFERENT_MIN) return true;
  const words = [...own.flatMap(wordsIn), ...COMMON].toSorted((a, b) => b.length - a.length);
  return unguessed(text, words) < UNGUESSED_MIN;
}

/** The parts of an e-mail or a name by which somebody is called. */
function wordsIn(text: string): readonly string[] {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length >= OWN_WORD_MIN);
}

function unguessed(text: string, words: readonly string[]): number {
  const plain = unleet(text);
  let count = 0;
  for (let at = 0; at < text.length;) {
    // What stands between words is no secret.
    const isBetween = /[^\p{L}\p{N}]/u.test(plain[at] ?? "");
    const word = words.find((one) => text.startsWith(one, at) || plain.startsWith(one, at))?.length ?? 0;
    at += Math.max(1, word, runAt(text, at), repeatAt(text, at), dateAt(text, at));
    if (!isBetween) count += 1;
  }
  return count;
}

function runAt(text: string, at: number): number {
  let length = 0;
  while (at + length < text.length && RUNS.some((run) => run.includes(text.slice(at, at + length + 1)))) length += 1;
  return length < RUN_MIN ? 0 : length;
}

/** The same again: `aaa`, and whatever stood just before. */
function repeatAt(text: string, at: number): number {
  let same = 1;
  while (text[at + same] === text[at]) same += 1;
  if (same >= RUN_MIN) return same;
  for (let size = Math.min(at, text.length - at); size >= RUN_MIN; size -= 1)
    if (text.slice(at - size, at) === text.slice(at, at + size)) return size;
  return 0;
}

/** Years and days: 1988, 19880123, 2024-01-23; and short numbers at the end, as in `520`. */
function dateAt(text: string, at: number): number {
  return (
    /^(?:(?:19|20)\d{2}[-/.]?(?:0?[1-9]|1[0-2])[-/.]?(?:[12]\d|3[01]|0?[1-9])|(?:19|20)\d{2}|\d{1,6}(?=\D*$)|[^\p{L}\p{N}]+$)/u.exec(
      text.slice(at),
    )?.[0].length ?? 0
  );
}

const LEET: Readonly<Record<string, string>> = { "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", $: "s", "!": "i" };

function unleet(text: string): string {
  return [...text].map((letter) => LEET[letter] ?? letter).join("");
}
