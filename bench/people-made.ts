// The people of bench/people.ts: made from their number, so that a query knows what it should find.

/** The first workspace of an installation. */
export const WORKSPACE = 1;
export const CITIES = [
  "杭州",
  "上海",
  "北京",
  "深圳",
  "广州",
  "成都",
  "武汉",
  "南京",
  "苏州",
  "西安",
  "重庆",
  "长沙",
  "青岛",
  "宁波",
  "厦门",
  "天津",
  "郑州",
  "合肥",
  "福州",
  "昆明",
] as const;
/** Days over which people and their events are spread. */
export const SPAN_DAYS = 120;

const SURNAMES = [
  ["王", "wang"],
  ["李", "li"],
  ["张", "zhang"],
  ["刘", "liu"],
  ["陈", "chen"],
  ["杨", "yang"],
  ["赵", "zhao"],
  ["黄", "huang"],
  ["周", "zhou"],
  ["吴", "wu"],
  ["徐", "xu"],
  ["孙", "sun"],
  ["胡", "hu"],
  ["朱", "zhu"],
  ["高", "gao"],
  ["林", "lin"],
  ["何", "he"],
  ["郭", "guo"],
  ["马", "ma"],
  ["罗", "luo"],
] as const;
const GIVEN = "伟芳娜秀敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉萍红鹏建";
const LEVELS = ["普通", "银卡", "金卡", "黑卡"];
const DAY_MS = 86_400_000;

/** Three of ten people are strangers with a device id and no traits. */
export function isAnonymous(number: number): boolean {
  return number % 10 < 3;
}

/** Two or three characters; fourteen of the surnames occur among known people. */
export function nameOf(number: number): string {
  const rest = Math.floor(number / 20);
  return `${surname(number)[0]}${GIVEN[rest % 30] ?? ""}${number % 3 === 0 ? "" : (GIVEN[Math.floor(rest / 30) % 30] ?? "")}`;
}

export function phoneOf(number: number): string {
  return `13${String((number * 7_654_321) % 1_000_000_007)
    .padStart(9, "0")
    .slice(-9)}`;
}

export function emailOf(number: number): string {
  return `${surname(number)[1]}${number.toString(36).padStart(6, "0")}@mail.test`;
}

function surname(number: number): readonly [string, string] {
  return SURNAMES[(number * 7) % 20] ?? SURNAMES[0];
}

/** The Segment call that makes a person. */
export function personCall(number: number, nowMs: number): Record<string, unknown> {
  const timestamp = new Date(nowMs - ((number * 104_729) % (SPAN_DAYS * DAY_MS))).toISOString();
  const own = { anonymousId: `device-${number}`, messageId: `person-${number}`, timestamp };
  if (isAnonymous(number)) return { type: "track", event: "$pageview", ...own, properties: { path: "/" } };
  const traits = {
    name: nameOf(number),
    phone: phoneOf(number),
    email: emailOf(number),
    city: CITIES[Math.floor(number / 10) % 20],
    level: LEVELS[(number * 13) % 4],
    points: number % 5000,
    orders: number % 40,
  };
  return { type: "identify", userId: `user-${number}`, ...own, traits };
}

/** The strongest id of a person, under which its events are filed. */
export function idOf(number: number): { readonly kind: "anonymous_id" | "user_id"; readonly value: string } {
  return isAnonymous(number) ? { kind: "anonymous_id", value: `device-${number}` } : { kind: "user_id", value: `user-${number}` };
}
