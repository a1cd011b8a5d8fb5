import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json } from "../json.ts";
import { createGroupWindow, GROUP_ROWS_MAX } from "./group-window.ts";
import { bindMapping, type FileRow, type RowMapper } from "./map-rows.ts";
import { readMapping } from "./read-mapping.ts";

function mapperOf(source: Json, header: readonly string[]): RowMapper {
  const mapping = readMapping(source);
  if (!mapping.ok) throw new Error(JSON.stringify(mapping.fault));
  const bound = bindMapping(mapping.value, header);
  if (!bound.ok) throw new Error(JSON.stringify(bound.fault));
  return bound.value;
}

const HEADER = ["order", "item", "qty", "price", "at", "customer"];
const ORDERS: Json = {
  kind: "events",
  ids: [
    { kind: "user_id", column: "customer", transform: [{ stripSuffix: ".0" }] },
    { kind: "anonymous_id", column: "order", transform: [{ prefix: "guest-" }], fallback: true },
  ],
  event: { column: "order", rules: [{ matches: "^C", name: "Order Refunded" }], name: "Order Completed" },
  time: { column: "at", format: "yyyy-MM-dd HH:mm:ss", zone: "Europe/London" },
  properties: { order_id: { column: "order" }, currency: { value: "GBP" } },
  traits: { last_order: { column: "order" } },
  group: {
    by: ["order"],
    items: {
      name: "products",
      properties: {
        name: { column: "item" },
        quantity: { column: "qty", type: "number", negateWhen: { column: "order", matches: "^C" } },
        price: { column: "price", type: "number" },
      },
    },
    totals: {
      revenue: { sum: ["qty", "price"], negateWhen: { column: "order", matches: "^C" } },
      quantity: { sum: ["qty"], decimals: 0, negateWhen: { column: "order", matches: "^C" } },
    },
  },
  refuse: [{ column: "order", matches: "^A", reason: "Not an order", keep: true }],
};
const orders = mapperOf(ORDERS, HEADER);
const row = (number: number, ...cells: string[]): FileRow => ({ row: number, cells });

describe("rows of one group become one event", () => {
  test("an order with its items and totals", () => {
    const outcome = orders.map([
      row(1, "100", "Tea", "3", "0.1", "2011-07-01 12:00:00", "17850.0"),
      row(2, "100", "Cup", "1", "0.2", "2011-07-01 12:01:00", "17850.0"),
    ]);
    expect(outcome).toEqual({
      also: [],
      event: {
        firstRow: 1,
        part: 0,
        rowCount: 2,
        name: "Order Completed",
        timeMs: Date.UTC(2011, 6, 1, 11),
        ids: [{ kind: "user_id", value: "17850" }],
        properties: {
          order_id: "100",
          currency: "GBP",
          products: [
            { name: "Tea", quantity: 3, price: 0.1 },
            { name: "Cup", quantity: 1, price: 0.2 },
          ],
          revenue: 0.5,
          quantity: 4,
        },
        traits: [{ op: "set", key: "last_order", value: "100" }],
      },
    });
  });

  test("a refund has positive amounts, a guest an id made of the order", () => {
    const outcome = orders.map([row(1, "C7", "Tea", "-2", "1.5", "2011-01-01 12:00:00", "")]);
    expect("event" in outcome && outcome.event).toMatchObject({
      name: "Order Refunded",
      ids: [{ kind: "anonymous_id", value: "guest-C7" }],
      properties: { revenue: 3, quantity: 2, products: [{ quantity: 2 }] },
    });
  });

  test("one bad row rejects the whole group, each row with its reason and none with its value", () => {
    const outcome = orders.map([
      row(4, "100", "Tea", "3", "1", "2011-07-01 12:00:00", "1"),
      row(5, "100", "Cup", "13800138000x", "1", "2011-07-01 12:00:00", "1"),
    ]);
    expect("rejects" in outcome && outcome.rejects).toEqual([
      { row: 4, code: "import.row_invalid", field: "qty", detail: "Row 5 of the same group is invalid", keep: true },
      { row: 5, code: "import.row_invalid", field: "qty", detail: "The value is not a number", keep: true },
    ]);
  });

  test("refused rows say why; rows with a wrong number of cells are invalid", () => {
    expect(orders.refuse(row(9, "A1", "", "1", "1", "", ""))).toEqual({
      row: 9,
      code: "import.row_refused",
      field: "order",
      detail: "Not an order",
      keep: true,
    });
    expect(orders.refuse(row(9, "100"))?.detail).toBe("The row has 1 cells, the header 6");
    expect(orders.refuse(row(9, "100", "", "1", "1", "", ""))).toBeUndefined();
  });

  test("the total is the exact sum, however many items", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 0, max: 99_999 })), { minLength: 1, maxLength: 200 }),
        (items) => {
          const outcome = orders.map(
            items.map(([quantity, cents], index) =>
              row(index + 1, "1", "x", String(quantity), (cents / 100).toFixed(2), "2011-01-01 00:00:00", "1"),
            ),
          );
          const exact = items.reduce((sum, [quantity, cents]) => sum + quantity * cents, 0);
          expect("event" in outcome && Math.round(Number(outcome.event.properties["revenue"]) * 100)).toBe(exact);
        },
      ),
    );
  });
});

describe("single rows", () => {
  const header = ["id", "tel", "n", "b", "d", "j", "at"];
  const mapper = mapperOf(
    {
      kind: "events",
      ids: [
        { kind: "user_id", column: "id" },
        { kind: "phone", column: "tel" },
      ],
      event: { column: "n" },
      time: { column: "at", format: "unix" },
      properties: {
        n: { column: "n", required: true },
        b: { column: "b", type: "boolean" },
        d: { column: "d", type: "date", format: "d/M/yyyy", zone: "Asia/Shanghai" },
        j: { column: "j", type: "json" },
      },
    },
    header,
  );

  test("values take their types and empty cells are no values", () => {
    const outcome = mapper.map([row(1, "u1", "13800138000", "Login", "是", "2/1/2026", '[1,{"a":null}]', "1767225600")]);
    expect("event" in outcome && outcome.event).toMatchObject({
      name: "Login",
      timeMs: 1_767_225_600_000,
      ids: [
        { kind: "user_id", value: "u1" },
        { kind: "phone", value: "13800138000" },
      ],
      properties: { b: true, d: "2026-01-01T16:00:00.000Z", j: [1, { a: null }] },
    });
    const empty = mapper.map([row(1, "u1", "", "Login", "", "", "", "1767225600")]);
    expect("event" in empty && empty.event.properties).toEqual({ n: "Login" });
  });

  test.each([
    [["", "", "Login", "", "", "", "1"], "id"],
    [["u", "", "", "", "", "", "1"], "n"],
    [["u", "", "x", "maybe", "", "", "1"], "b"],
    [["u", "", "x", "", "31/2/2026", "", "1"], "d"],
    [["u", "", "x", "", "", "{", "1"], "j"],
    [["u", "", "x", "", "", "", "soon"], "at"],
  ] as const)("%j is invalid at %s", (cells, field) => {
    const outcome = mapper.map([{ row: 1, cells }]);
    expect("rejects" in outcome && outcome.rejects[0]?.field).toBe(field);
  });

  test("a column that the file lacks, or has twice, is a fault of the mapping", () => {
    const mapping = readMapping(ORDERS);
    if (!mapping.ok) throw new Error("the mapping is valid");
    const missing = bindMapping(mapping.value, HEADER.slice(1));
    expect(missing.ok ? "" : missing.fault.field).toBe("ids[1].column");
    expect(bindMapping(mapping.value, [...HEADER, "qty"]).ok).toBe(false);
  });
});

describe("group window", () => {
  test("every row comes out once, in its group, whatever the order and the cuts", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 60 }), fc.integer({ min: 1, max: 10 }), (keys, chunk) => {
        const out: { key: string; rows: readonly number[] }[] = [];
        let window = createGroupWindow([], 3);
        keys.forEach((key, index) => {
          if (index % chunk === 0) window = createGroupWindow(structuredClone(window.open()), 3);
          const done = window.add(String(key), { row: index, cells: [] });
          if (done !== undefined) out.push({ key: done.key, rows: done.rows.map((item) => item.row) });
        });
        out.push(...window.finish().map((group) => ({ key: group.key, rows: group.rows.map((item) => item.row) })));
        const rows = out.flatMap((group) => group.rows.map((number) => [number, group.key] as const)).toSorted((a, b) => a[0] - b[0]);
        expect(rows).toEqual(keys.map((key, index) => [index, String(key)]));
        expect(window.open()).toEqual([]);
      }),
    );
  });

  test("the cuts between chunks do not change the groups", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 8 }), { maxLength: 80 }), fc.integer({ min: 1, max: 20 }), (keys, chunk) => {
        const run = (size: number): string => {
          const out: string[] = [];
          let window = createGroupWindow([], 3);
          keys.forEach((key, index) => {
            if (index % size === 0) window = createGroupWindow(structuredClone(window.open()), 3);
            const done = window.add(String(key), { row: index, cells: [] });
            if (done !== undefined) out.push(JSON.stringify(done));
          });
          return [...out, ...window.finish().map((group) => JSON.stringify(group))].join("\n");
        };
        expect(run(chunk)).toBe(run(1000));
      }),
    );
  });

  test("a group without end is closed at its limit", () => {
    const window = createGroupWindow();
    let closed = 0;
    for (let index = 0; index < GROUP_ROWS_MAX; index += 1) closed += window.add("same", { row: index, cells: [] }) === undefined ? 0 : 1;
    expect(closed).toBe(1);
    expect(window.open()).toEqual([]);
  });
});
