import { explainCondition, type ConditionLine, type ConditionLineKey } from "./explain-condition.ts";
import type { Condition, CountOp, Scalar } from "./condition.ts";

export type ConditionLanguage = "zh" | "en";
type Words = Readonly<Record<ConditionLanguage, (line: Filled) => string>>;
type Filled = {
  readonly field: string;
  readonly values: string;
  readonly times: string;
  readonly compared: string;
  readonly params: ConditionLine["params"];
};
type SingleKey = Exclude<ConditionLineKey, "all" | "any" | "not" | "where">;
/** A line with those under it. */
type Node = { readonly line: ConditionLine; readonly under: readonly Node[] };

const word = (zh: (line: Filled) => string, en: (line: Filled) => string): Words => ({ zh, en });
const test = (zh: string, en: string): Words =>
  word(
    ({ field, values }) => `${field} ${zh} ${values}`,
    ({ field, values }) => `${field} ${en} ${values}`,
  );
const did = (zh: string, en: string): Words =>
  word(
    ({ field, times }) => `做过 ${field} ${zh} ${times} 次`,
    ({ field, times }) => `did ${field} ${en} ${times} ×`,
  );

const OPS: Readonly<Record<CountOp, string>> = { eq: "=", gt: ">", gte: "≥", lt: "<", lte: "≤" };
const measured = (zh: string, en: string): Words =>
  word(
    ({ field, params, compared }) => `${field} ${params["property"] === undefined ? "" : `的 ${params["property"]} `}${zh} ${compared}`,
    ({ field, params, compared }) => `${en} of ${params["property"] === undefined ? "" : `${params["property"]} of `}${field} ${compared}`,
  );

const ranked = (zh: string, en: string): Words =>
  word(
    ({ field, params }) => `${field} ${params["property"] === undefined ? "" : `的 ${params["property"]} `}${zh}`,
    ({ field, params }) => `${en} ${params["property"] === undefined ? "" : `${params["property"]} of `}${field}`,
  );

const WORDS: Readonly<Record<SingleKey, Words>> = {
  is: test("=", "="),
  isNot: test("≠", "≠"),
  contains: test("包含", "contains"),
  containsNot: test("不包含", "does not contain"),
  startsWith: test("开头为", "begins with"),
  endsWith: test("结尾为", "ends with"),
  gt: test(">", ">"),
  gte: test("≥", "≥"),
  lt: test("<", "<"),
  lte: test("≤", "≤"),
  between: test("介于", "between"),
  isSet: word(
    ({ field }) => `${field} 有值`,
    ({ field }) => `${field} is known`,
  ),
  isNotSet: word(
    ({ field }) => `${field} 没有值`,
    ({ field }) => `${field} is not known`,
  ),
  before: word(
    ({ field, params }) => `${field} 早于 ${params["date"]}`,
    ({ field, params }) => `${field} before ${params["date"]}`,
  ),
  after: word(
    ({ field, params }) => `${field} 晚于 ${params["date"]}`,
    ({ field, params }) => `${field} after ${params["date"]}`,
  ),
  anniversary: word(
    ({ field, times }) => `${field} 的周年在 ${times} 天内`,
    ({ field, times }) => `anniversary of ${field} within ${times} days`,
  ),
  onToday: word(
    ({ field }) => `${field} 是今天`,
    ({ field }) => `${field} is today`,
  ),
  daysAhead: word(
    ({ field, params }) => `${field} 在 ${params["from"]} 至 ${params["to"]} 天后`,
    ({ field, params }) => `${field} in ${params["from"]} to ${params["to"]} days`,
  ),
  daysPast: word(
    ({ field, params }) => `${field} 在 ${params["from"]} 至 ${params["to"]} 天前`,
    ({ field, params }) => `${field} ${params["from"]} to ${params["to"]} days ago`,
  ),
  daysAround: word(
    ({ field, params }) => `${field} 在 ${params["before"]} 天前至 ${params["after"]} 天后`,
    ({ field, params }) => `${field} from ${params["before"]} days ago to ${params["after"]} days ahead`,
  ),
  chance: word(
    ({ params }) => `随机 ${params["from"]}%–${params["to"]}%（${params["seed"]}）`,
    ({ params }) => `random ${params["from"]}–${params["to"]} % (${params["seed"]})`,
  ),
  hasTag: word(
    ({ params }) => `有标签 ${params["tag"]}`,
    ({ params }) => `has the tag ${params["tag"]}`,
  ),
  hasNoTag: word(
    ({ params }) => `没有标签 ${params["tag"]}`,
    ({ params }) => `has not the tag ${params["tag"]}`,
  ),
  sequence: word(
    () => "依次做过",
    () => "did in order",
  ),
  "sequence.step": word(
    ({ field, params }) => `${params["number"]}. ${field}`,
    ({ field, params }) => `${params["number"]}. ${field}`,
  ),
  "sequence.days": word(
    ({ times }) => `${times} 天内完成`,
    ({ times }) => `within ${times} days`,
  ),
  "sequence.hours": word(
    ({ times }) => `${times} 小时内完成`,
    ({ times }) => `within ${times} hours`,
  ),
  "sequence.without": word(
    ({ field }) => `其间没有 ${field}`,
    ({ field }) => `without ${field} between`,
  ),
  inSegment: word(
    ({ field }) => `在分群 ${field} 中`,
    ({ field }) => `in segment ${field}`,
  ),
  notInSegment: word(
    ({ field }) => `不在分群 ${field} 中`,
    ({ field }) => `not in segment ${field}`,
  ),
  did: word(
    ({ field }) => `做过 ${field}`,
    ({ field }) => `did ${field}`,
  ),
  didNot: word(
    ({ field }) => `没做过 ${field}`,
    ({ field }) => `never did ${field}`,
  ),
  "did.eq": did("恰好", "exactly"),
  "did.gt": did("超过", "more than"),
  "did.gte": did("至少", "at least"),
  "did.lt": did("少于", "fewer than"),
  "did.lte": did("至多", "at most"),
  "measure.sum": measured("之和", "sum"),
  "measure.avg": measured("平均值", "average"),
  "measure.min": measured("最小值", "smallest"),
  "measure.max": measured("最大值", "largest"),
  "measure.distinct": measured("去重数", "number of different values"),
  "measure.days": measured("天数", "days with it"),
  "measure.streak": measured("最长连续天数", "longest run of days"),
  first: word(
    ({ field }) => `首次做 ${field}`,
    ({ field }) => `first did ${field}`,
  ),
  last: word(
    ({ field }) => `最近一次做 ${field}`,
    ({ field }) => `last did ${field}`,
  ),
  "population.trait": word(
    ({ field }) => `${field} 的大小`,
    ({ field }) => `size of ${field}`,
  ),
  "population.count": ranked("的次数", "number of"),
  "population.sum": ranked("之和", "sum of"),
  "population.avg": ranked("平均值", "average of"),
  "population.min": ranked("最小值", "smallest"),
  "population.max": ranked("最大值", "largest"),
  "population.distinct": ranked("去重数", "number of different values of"),
  "population.days": ranked("天数", "days with"),
  "population.streak": ranked("最长连续天数", "longest run of days of"),
  "population.daysSince": ranked("距今天数", "days since the last"),
  "stands.top.percent": word(
    ({ params }) => `在所有人中最高的 ${params["percent"]}%`,
    ({ params }) => `among the highest ${params["percent"]} % of all people`,
  ),
  "stands.top.people": word(
    ({ times }) => `在所有人中最高的 ${times} 人`,
    ({ times }) => `among the highest ${times} of all people`,
  ),
  "stands.bottom.percent": word(
    ({ params }) => `在所有人中最低的 ${params["percent"]}%`,
    ({ params }) => `among the lowest ${params["percent"]} % of all people`,
  ),
  "stands.bottom.people": word(
    ({ times }) => `在所有人中最低的 ${times} 人`,
    ({ times }) => `among the lowest ${times} of all people`,
  ),
  "stands.quantiles": word(
    ({ params }) => `从低到高位于 ${params["from"]}%–${params["to"]}%`,
    ({ params }) => `between ${params["from"]} % and ${params["to"]} % of all people, counted from the lowest`,
  ),
  among: word(
    ({ field }) => `只与分群 ${field} 的人比较`,
    ({ field }) => `compared with segment ${field} only`,
  ),
  amongWithZero: word(
    ({ field }) => `只与分群 ${field} 的人比较，没做过的记 0`,
    ({ field }) => `compared with segment ${field} only, who did nothing counts as 0`,
  ),
  withinHours: word(
    ({ times }) => `最近 ${times} 小时`,
    ({ times }) => `in the last ${times} hours`,
  ),
  withinDaysAgo: word(
    ({ params }) => `${params["far"]} 天前至 ${params["near"]} 天前`,
    ({ params }) => `from ${params["far"]} to ${params["near"]} days ago`,
  ),
  withinDays: word(
    ({ times }) => `最近 ${times} 天`,
    ({ times }) => `in the last ${times} days`,
  ),
  withinDates: word(
    ({ params }) => `${params["from"]} 起至 ${params["to"]} 之前`,
    ({ params }) => `from ${params["from"]} until ${params["to"]}`,
  ),
};
const NOT = { zh: "非", en: "not " } as const;
const AND_SO = { zh: "，", en: ", " } as const;
const ANYTHING = { zh: "任意事件", en: "anything" } as const;
const JOINTS = { all: { zh: " 且 ", en: " and " }, any: { zh: " 或 ", en: " or " }, between: { zh: " 至 ", en: " and " } } as const;

/** A condition in one line of words. */
export function conditionWords(condition: Condition, language: ConditionLanguage): string {
  return nodesOf(explainCondition(condition))
    .map((node) => nodeWords(node, language, true))
    .join(", ");
}

/** Lines by their depth: what is further in belongs under the one before. */
function nodesOf(lines: readonly ConditionLine[]): readonly Node[] {
  const depth = lines[0]?.depth ?? 0;
  const heads = lines.flatMap((line, index) => (line.depth === depth ? [{ line, index }] : []));
  return heads.map(({ line, index }, place) => ({ line, under: nodesOf(lines.slice(index + 1, heads[place + 1]?.index)) }));
}

function nodeWords({ line, under }: Node, language: ConditionLanguage, isOutermost = false): string {
  const { key } = line;
  const inner = (joint: string): string => under.map((node) => nodeWords(node, language)).join(joint);
  if (key === "all" || key === "any") {
    const words = inner(JOINTS[key][language]);
    return under.length > 1 && !isOutermost ? `(${words})` : words;
  }
  if (key === "not") return `${NOT[language]}(${under.map((node) => nodeWords(node, language, true)).join("")})`;
  if (key === "where") return `(${under.map((node) => nodeWords(node, language, true)).join("")})`;
  const more = under.map((node) => `${node.line.key === "where" ? " " : AND_SO[language]}${nodeWords(node, language)}`);
  return `${lineWords({ ...line, key }, language)}${more.join("")}`;
}

function lineWords(
  { key, field, values, params, compared }: ConditionLine & { readonly key: SingleKey },
  language: ConditionLanguage,
): string {
  return WORDS[key][language]({
    field: field?.name ?? ANYTHING[language],
    values: values.map(valueWords).join(JOINTS[key === "between" ? "between" : "any"][language]),
    times: String(params["count"] ?? ""),
    compared: compared === undefined ? "" : `${OPS[compared.op]} ${compared.value}`,
    params,
  });
}

function valueWords(value: Scalar): string {
  return typeof value === "string" ? `“${value}”` : String(value);
}
