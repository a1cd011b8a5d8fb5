import { describe, expect, test } from "vitest";
import { parseUse } from "./column-use.ts";
import { mappingOfPlan } from "./import-plan.ts";
import { bindMapping, type RowMapper } from "./map-rows.ts";
import { PRESETS } from "./presets/presets.ts";
import { readMapping } from "./read-mapping.ts";
import { suggestPlan, type SampledColumn } from "./suggest-plan.ts";

const options = { zone: "Asia/Shanghai", currency: "CNY" };
const sampled = (header: readonly string[], ...rows: readonly (readonly string[])[]): readonly SampledColumn[] =>
  header.map((name, index) => ({ name, samples: rows.map((row) => row[index] ?? "") }));

function mapperOf(header: readonly string[], ...rows: readonly (readonly string[])[]): RowMapper {
  const { plan } = suggestPlan(sampled(header, ...rows), options);
  const mapping = readMapping(mappingOfPlan(plan, {}));
  if (!mapping.ok) throw new Error(JSON.stringify([mapping.fault, plan]));
  const bound = bindMapping(mapping.value, header);
  if (!bound.ok) throw new Error(JSON.stringify(bound.fault));
  return bound.value;
}

const usesOf = (header: readonly string[], ...rows: readonly (readonly string[])[]): Record<string, string> =>
  Object.fromEntries(suggestPlan(sampled(header, ...rows), options).plan.columns.map(({ column, use }) => [column, use]));

describe("presets", () => {
  test("each is recognised by its own columns and comes to a valid mapping", () => {
    for (const preset of PRESETS) {
      const header = [...new Set([...preset.signature, ...Object.keys(preset.columns).map((names) => names.split("|")[0] ?? "")])];
      const { plan, preset: found } = suggestPlan(sampled(header), options);
      expect(found).toBe(preset.id);
      const mapping = readMapping(mappingOfPlan({ ...plan, consentAt: "2026-01-31" }, {}));
      expect([preset.id, mapping.ok ? "" : mapping.fault]).toEqual([preset.id, ""]);
      expect(Object.values(preset.columns).filter((use) => parseUse(use) === undefined)).toEqual([]);
    }
  });

  test("a Shopify order of two lines, partly refunded, is a completed order and a refund", () => {
    const header = [
      "Name",
      "Email",
      "Financial Status",
      "Paid at",
      "Currency",
      "Total",
      "Lineitem quantity",
      "Lineitem name",
      "Lineitem price",
      "Refunded Amount",
      "Created at",
    ];
    const mapper = mapperOf(header);
    const outcome = mapper.map([
      {
        row: 1,
        cells: [
          "#1001",
          "a@example.com",
          "partially_refunded",
          "2025-10-07 09:50:26 +0200",
          "EUR",
          "110.59",
          "1",
          "Mask",
          "34.90",
          "34.90",
          "2025-10-07 09:50:20 +0200",
        ],
      },
      { row: 2, cells: ["#1001", "a@example.com", "", "", "", "", "2", "Cream", "37.85", "", "2025-10-07 09:50:20 +0200"] },
    ]);
    expect(outcome).toMatchObject({
      event: {
        name: "Order Completed",
        timeMs: Date.UTC(2025, 9, 7, 7, 50, 26),
        ids: [{ kind: "email", value: "a@example.com" }],
        properties: {
          order_id: "#1001",
          currency: "EUR",
          revenue: 110.59,
          products: [
            { name: "Mask", quantity: 1, price: 34.9 },
            { name: "Cream", quantity: 2 },
          ],
        },
      },
      also: [{ name: "Order Refunded", part: 1, properties: { order_id: "#1001", currency: "EUR", revenue: 34.9 } }],
    });
    expect(mapper.refuse({ row: 3, cells: ["#1002", "", "pending", ...Array.from({ length: 8 }, () => "")] })?.code).toBe(
      "import.row_refused",
    );
  });

  test("a Taobao order with a hidden phone and a number kept from rounding; one that was never paid is refused", () => {
    const header = [
      "订单编号",
      "买家会员名",
      "买家实际支付金额",
      "订单状态",
      "联系手机",
      "订单付款时间",
      "宝贝标题",
      "宝贝总数量",
      "退款金额",
    ];
    const mapper = mapperOf(header);
    const row = ['="2026070112345678901"', "tb_li", "128.50", "交易成功", "'138****1234", "2026/7/1 8:05:00", "面霜", "2", "0.00"];
    expect(mapper.map([{ row: 1, cells: row }])).toMatchObject({
      event: {
        ids: [{ kind: "member_no", value: "tb_li" }],
        timeMs: Date.UTC(2026, 6, 1, 0, 5),
        properties: { order_id: "2026070112345678901", revenue: 128.5 },
      },
      also: [],
    });
    expect(mapper.refuse({ row: 2, cells: [...row.slice(0, 5), "", ...row.slice(6)] })?.detail).toBe("Not paid");
  });
});

describe("files of no known platform", () => {
  test("columns are known by their Chinese and English names and by what is in them", () => {
    expect(
      usesOf(
        ["会员卡号", "联系方式", "E-mail", "累计消费（元）", "备注", "喜好", "空"],
        ["0001", "13800138000", "a@b.cn", "¥1,200.50", "老客", "茶", ""],
      ),
    ).toEqual({
      会员卡号: "id:member_no",
      联系方式: "id:phone",
      "E-mail": "id:email",
      "累计消费（元）": "trait:amount:total_spent",
      备注: "trait:string:备注",
      喜好: "trait:string:喜好",
      空: "skip",
    });
    expect(usesOf(["谁", "Order No.", "Order Date", "Amount (CNY)"], ["13800138000", "A1", "2026-07-01", "12"])).toEqual({
      谁: "id:phone",
      "Order No.": "order:order_id",
      "Order Date": "time",
      "Amount (CNY)": "order:revenue",
    });
    expect(usesOf(["订单编号", "下单时间", "付款时间"], ["A1", "2026-07-01 08:00", "2026-07-01 08:05"])).toMatchObject({
      下单时间: "else_time",
      付款时间: "time",
    });
    expect(usesOf(["日期", "媒体", "展现量", "消耗"], ["2026-07-01", "巨量", "1000", "50"])).toEqual({
      日期: "time",
      媒体: "figure:channel",
      展现量: "figure:exposures",
      消耗: "figure:cost",
    });
    expect(usesOf(["event", "ts", "user_id", "页面"], ["Signed Up", "2026-07-01 08:00", "u1", "/home"])).toEqual({
      event: "event",
      ts: "time",
      user_id: "id:user_id",
      页面: "property:string:页面",
    });
  });

  test("an id that a spreadsheet has rounded rejects its row instead of joining strangers", () => {
    const outcome = mapperOf(["用户ID", "城市"], ["1", "上海"]).map([{ row: 1, cells: ["1.23457E+17", "上海"] }]);
    expect("rejects" in outcome && outcome.rejects[0]?.detail).toContain("rounded");
  });
});

describe("a member list as shops keep it", () => {
  const header = ["会员卡号", "姓名", "手机号", "累计消费金额", "注册时间"];
  const rows = [
    ["V001", "王小明", "'13800138001", "¥1,234.50", "2026/1/5 下午3:05"],
    ["V002", "—", "—", "空", "46027.625"],
    ["V003.0", "张三", "１３８００１３８００３", "￥２，３４５．６", "2026年1月6日"],
    ["12.0", "赵六", "138 0013 8004", "1.2万", "20260107"],
    ["V005", "钱七", "1.38E+10", "12元", "2026-01-08"],
    ["合计", "", "", "¥4,000", ""],
  ];
  const mapper = mapperOf(header, ...rows);
  const outcomes = rows.map((cells, index) => mapper.refuse({ row: index, cells }) ?? mapper.map([{ row: index, cells }]));
  const eventOf = (index: number) => {
    const outcome = outcomes[index];
    return outcome !== undefined && "event" in outcome ? outcome.event : outcome;
  };

  test("its words for nothing say nothing, its numbers and times are read however they are written", () => {
    expect(usesOf(header, ...rows)).toMatchObject({
      手机号: "id:phone",
      累计消费金额: "trait:amount:total_spent",
      会员卡号: "id:member_no",
    });
    expect(eventOf(0)).toMatchObject({ ids: [{ value: "V001" }, { value: "13800138001" }] });
    expect(eventOf(1)).toMatchObject({
      ids: [{ kind: "member_no", value: "V002" }],
      traits: [{ key: "member_since", value: "2026-01-05T07:00:00.000Z" }],
    });
    expect(eventOf(2)).toMatchObject({ traits: [{ value: "张三" }, { key: "total_spent", value: 2345.6 }, {}] });
    expect(eventOf(3)).toMatchObject({ ids: [{ value: "12" }, {}], traits: [{}, { key: "total_spent", value: 12_000 }, {}] });
  });

  test("a phone that the spreadsheet rounded and the row of sums name their column and the reason", () => {
    expect(eventOf(4)).toMatchObject({
      rejects: [{ field: "手机号", detail: "The number was rounded by a spreadsheet; export the column as text" }],
    });
    expect(eventOf(5)).toMatchObject({ code: "import.row_refused", field: "会员卡号", detail: "A row of totals" });
  });

  test("a column nobody knows is kept as text as soon as one cell does not fit: no row is lost for it", () => {
    const answers = Array.from({ length: 20 }, (_, index) => [`u${index}`, index === 7 ? "No internet service" : "Yes"]);
    expect(usesOf(["user_id", "OnlineBackup"], ...answers)["OnlineBackup"]).toBe("trait:string:OnlineBackup");
  });
});

describe("consent", () => {
  const header = ["手机号", "姓名", "短信同意", "accepts_email_marketing"];
  const rows = [["13800138001", "王", "是", "no"]];
  const { plan } = suggestPlan(sampled(header, ...rows), options);

  test("its columns are known by their names, and a list without a time of choice asks for one", () => {
    expect(usesOf(header, ...rows)).toMatchObject({
      短信同意: "consent:marketing:sms",
      accepts_email_marketing: "consent:marketing:email",
    });
    expect(readMapping(mappingOfPlan(plan, {}))).toMatchObject({ ok: false, fault: { field: "consent.at" } });
  });

  test("what it says is as of the day that was named, in the zone of the file", () => {
    const mapping = readMapping(mappingOfPlan({ ...plan, consentAt: "2026-01-31" }, {}));
    const bound = mapping.ok ? bindMapping(mapping.value, header) : mapping;
    const outcome = bound.ok ? bound.value.map([{ row: 1, cells: rows[0] ?? [] }]) : bound;
    expect(outcome).toMatchObject({
      event: {
        properties: { $consent: { at: "2026-01-30T16:00:00.000Z", purposes: { "marketing:sms": true, "marketing:email": false } } },
      },
    });
  });
});
