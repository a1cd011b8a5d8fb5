import { RFM_GROUP_NAMES, RFM_GROUPS, type RfmGroup } from "./rfm-plan.ts";

/** The classes that hold RFM: the group, and the three scores. Their traits are `$` and the key. */
export const RFM_KEYS = ["rfm", "rfm_r", "rfm_f", "rfm_m"] as const;
export type RfmKey = (typeof RFM_KEYS)[number];

export function isRfmKey(key: string): key is RfmKey {
  return RFM_KEYS.some((one) => one === key);
}

/** Everyone's scores: people of one combination. */
export type RfmScores = { readonly recency: number; readonly frequency: number; readonly monetary: number; readonly group: RfmGroup };

type Language = "zh" | "en";
type Counts = Pick<RfmScores, "recency" | "frequency" | "monetary">;
export type RfmClass = {
  readonly key: RfmKey;
  readonly name: string;
  readonly values: readonly { readonly value: string; readonly name: string }[];
};

const NAMES: Readonly<Record<RfmKey, Readonly<Record<Language, string>>>> = {
  rfm: { zh: "RFM 用户分类", en: "RFM groups" },
  rfm_r: { zh: "RFM 最近购买得分（R）", en: "RFM recency score (R)" },
  rfm_f: { zh: "RFM 购买次数得分（F）", en: "RFM frequency score (F)" },
  rfm_m: { zh: "RFM 消费金额得分（M）", en: "RFM money score (M)" },
};

/** The classes with their values, the best first. */
export function rfmClasses(counts: Counts, language: Language): readonly RfmClass[] {
  const scores = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ value: String(count - index), name: scoreName(count - index, language) }));
  return [
    {
      key: "rfm",
      name: NAMES.rfm[language],
      values: RFM_GROUPS.toReversed().map((value) => ({ value, name: RFM_GROUP_NAMES[value][language] })),
    },
    { key: "rfm_r", name: NAMES.rfm_r[language], values: scores(counts.recency) },
    { key: "rfm_f", name: NAMES.rfm_f[language], values: scores(counts.frequency) },
    { key: "rfm_m", name: NAMES.rfm_m[language], values: scores(counts.monetary) },
  ];
}

function scoreName(score: number, language: Language): string {
  return language === "zh" ? `${score} 分` : `Score ${score}`;
}

/** The value of a class that somebody with some scores has. */
export function rfmValue(key: RfmKey, scores: RfmScores): string {
  switch (key) {
    case "rfm":
      return scores.group;
    case "rfm_r":
      return String(scores.recency);
    case "rfm_f":
      return String(scores.frequency);
    case "rfm_m":
      return String(scores.monetary);
  }
}
