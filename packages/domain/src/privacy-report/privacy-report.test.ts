import { expect, test } from "vitest";
import { DEFAULT_PURPOSES } from "../consent/purposes.ts";
import { describeImpact, risksOf } from "./describe-impact.ts";
import { describeRecords } from "./describe-records.ts";
import { NO_FACTS, type PrivacyReportData } from "./report-data.ts";
import { htmlOf, markdownOf } from "./report-document.ts";

const DATA: PrivacyReportData = {
  workspace: "叠翠 <茶铺>",
  zone: "Asia/Shanghai",
  madeAt: "2026-07-16T12:00:00.000Z",
  madeBy: "ann@example.test",
  facts: NO_FACTS,
  people: { identified: 12, anonymous: 30 },
  events: { total: 999, firstAt: null, lastAt: null },
  purposes: DEFAULT_PURPOSES.map((purpose) => ({ ...purpose, given: 3, withdrawn: 1 })),
  categories: [{ class: "phone", names: ["phone", "a|b"], total: 2 }],
  outflows: [],
  retention: [],
  purges: { proofs: 0, deleted: 0 },
  members: { owner: 1 },
};
const levels = (change: Partial<PrivacyReportData>) =>
  Object.fromEntries(risksOf({ ...DATA, ...change }).map(({ key, level }) => [key, level]));

test("risks follow the configuration by the rule that the report states", () => {
  expect(levels({})).toEqual({ sensitive: "none", automated: "low", sharing: "none", abroad: "medium", retention: "medium" });
  expect(levels({ facts: { ...NO_FACTS, controller: "叠翠茶铺" } })).toMatchObject({ abroad: "none" });
  const sensitive = [{ class: "sensitive" as const, names: ["health_note"], total: 1 }];
  expect(levels({ categories: sensitive })).toMatchObject({ sensitive: "high" });
  expect(levels({ categories: sensitive, retention: [{ event: "", days: 90 }] })).toMatchObject({ sensitive: "medium", retention: "low" });
  const contract = DATA.purposes.map((purpose) => ({ ...purpose, basis: "contract" as const }));
  expect(levels({ purposes: contract })).toMatchObject({ automated: "medium" });
  expect(levels({ facts: { ...NO_FACTS, crossBorder: true, recipients: "物流公司" } })).toMatchObject({
    abroad: "medium",
    sharing: "medium",
  });
});

test("both reports say the same in both languages, with what is missing named as missing", () => {
  for (const describe of [describeRecords, (data: PrivacyReportData, language: "zh" | "en") => describeImpact(data, "", language)]) {
    const [zh, en] = [describe(DATA, "zh"), describe(DATA, "en")];
    expect(zh.sections.map(({ table }) => table?.rows.length)).toEqual(en.sections.map(({ table }) => table?.rows.length));
    expect(JSON.stringify(en).replaceAll("叠翠 <茶铺>", "")).not.toMatch(/[\u4e00-\u9fff]/);
  }
  expect(JSON.stringify(describeRecords(DATA, "zh"))).toContain("未填写");
  // Nobody has said anything yet, so nobody has said that nothing goes abroad.
  expect(JSON.stringify(describeRecords(DATA, "zh"))).not.toContain("由运营人员声明");
  expect(JSON.stringify(describeRecords({ ...DATA, facts: { ...NO_FACTS, contact: "王" } }, "zh"))).toContain("由运营人员声明");
  expect(JSON.stringify(describeImpact(DATA, "必要性已论证", "zh"))).toContain("必要性已论证");
});

test("files hold no markup but their own", () => {
  const document = describeRecords(DATA, "zh");
  expect(markdownOf(document)).toContain("| 手机号 | 否 | phone, a\\|b | 2 |");
  const html = htmlOf(document, "zh");
  expect(html).toContain("叠翠 &lt;茶铺&gt;");
  expect(html).not.toContain("<茶铺>");
});
