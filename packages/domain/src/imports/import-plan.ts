import type { Json, JsonObject } from "../json.ts";
import { BLANK_WORDS } from "./cell-values.ts";
import { parseUse, type ColumnUse, type ItemField, type OrderField } from "./column-use.ts";

export const PLAN_KINDS = ["orders", "people", "events", "channels"] as const;
export type PlanKind = (typeof PLAN_KINDS)[number];

/** What an operator decides about a file: what its rows are and what each column stands for. A mapping file says the same in full. */
export type ImportPlan = {
  readonly kind: PlanKind;
  /** IANA zone of times without one. */
  readonly zone: string;
  /** Currency of amounts, unless a column says it. */
  readonly currency: string;
  /** As in a mapping file; `auto` reads the usual spellings. */
  readonly timeFormat: string;
  /** Of events without a column that names them. */
  readonly eventName: string;
  readonly columns: readonly PlanColumn[];
  /** Orders in such a status were never paid: a pattern; empty = all count. */
  readonly unpaid: string;
  /** Orders in such a status are refunded whole: a pattern. */
  readonly refunded: string;
  /** An order without a time of payment was not paid. */
  readonly paidOnly: boolean;
  /** When people chose about consent, where no column says it: a day or a time. */
  readonly consentAt?: string | undefined;
};
/** `use` in short form, see `parseUse`. */
export type PlanColumn = { readonly column: string; readonly use: string };

type Used = { readonly column: string; readonly use: ColumnUse };

/** The mapping that a plan comes to, for `readMapping` to check; `file` is put in as it is. */
export function mappingOfPlan(plan: ImportPlan, file: JsonObject): Json {
  const columns = plan.columns.flatMap(({ column, use }): readonly Used[] => {
    const parsed = parseUse(use);
    return parsed === undefined ? [] : [{ column, use: parsed }];
  });
  const time = timeOf(plan, columns);
  const base = {
    kind: plan.kind === "orders" ? "events" : plan.kind,
    file,
    empty: BLANK_WORDS,
    ...(time === undefined ? {} : { time }),
    ...refusalsOf(plan, columns),
    ...consentOf(plan, columns),
  };
  switch (plan.kind) {
    case "people":
      return { ...base, ids: idsOf(columns), traits: valuesOf(columns, "trait", plan) };
    case "events":
      return {
        ...base,
        ids: idsOf(columns),
        event: eventOf(plan, columns),
        properties: valuesOf(columns, "property", plan),
        traits: valuesOf(columns, "trait", plan),
      };
    case "channels":
      return { ...base, properties: figuresOf(plan, columns) };
    case "orders":
      return { ...base, ...ordersOf(plan, columns) };
  }
}

function columnFor(columns: readonly Used[], test: (use: ColumnUse) => boolean): string | undefined {
  return columns.find(({ use }) => test(use))?.column;
}

function timeOf(plan: ImportPlan, columns: readonly Used[]): JsonObject | undefined {
  const column = columnFor(columns, ({ as }) => as === "time");
  const orElse = columnFor(columns, ({ as }) => as === "else_time");
  const first = column ?? orElse;
  if (first === undefined) return undefined;
  return {
    column: first,
    format: plan.timeFormat,
    zone: plan.zone,
    ...(column !== undefined && orElse !== undefined ? { orElse } : {}),
  };
}

/** The column that says when consent was given, else the day for all; without both as of the row. */
function consentOf({ consentAt = "", timeFormat, zone, kind }: ImportPlan, columns: readonly Used[]): JsonObject {
  const choices = columns.flatMap(({ column, use }) =>
    use.as === "consent" ? [{ purpose: use.purpose, ...(use.channel === "" ? {} : { channel: use.channel }), column }] : [],
  );
  if (choices.length === 0 || kind === "channels") return {};
  const column = columnFor(columns, ({ as }) => as === "consent_time");
  const version = columnFor(columns, ({ as }) => as === "consent_version");
  const isTimed = column !== undefined || consentAt !== "";
  return {
    consent: {
      choices,
      ...(isTimed
        ? {
            at: {
              ...(column === undefined ? {} : { column }),
              format: timeFormat,
              zone,
              ...(consentAt === "" ? {} : { value: consentAt }),
            },
          }
        : {}),
      ...(version === undefined ? {} : { version: { column: version } }),
    },
  };
}

function idsOf(columns: readonly Used[]): readonly Json[] {
  return columns.flatMap(({ column, use }) => (use.as === "id" ? [{ kind: use.kind, column, transform: ["unquote", "whole"] }] : []));
}

function eventOf({ eventName }: ImportPlan, columns: readonly Used[]): Json {
  const column = columnFor(columns, ({ as }) => as === "event");
  return { ...(column === undefined ? {} : { column }), ...(eventName === "" ? {} : { name: eventName }) };
}

function valuesOf(columns: readonly Used[], as: "property" | "trait", plan: ImportPlan): JsonObject {
  return Object.fromEntries(
    columns.flatMap(({ column, use }) =>
      use.as === as && use.name !== "__proto__"
        ? [
            [
              use.name,
              {
                column,
                type: use.type,
                ...(use.type === "string" ? { transform: ["unquote"] } : {}),
                ...(use.type === "date" ? { format: plan.timeFormat, zone: plan.zone } : {}),
              },
            ] as const,
          ]
        : [],
    ),
  );
}

function figuresOf(plan: ImportPlan, columns: readonly Used[]): JsonObject {
  const figures = columns.flatMap(({ column, use }) => {
    if (use.as !== "figure") return [];
    const isText = use.field === "channel" || use.field === "campaign" || use.field === "currency";
    return [[use.field, { column, type: isText ? "string" : "amount", ...(use.field === "channel" ? { required: true } : {}) }] as const];
  });
  return { currency: { value: plan.currency }, ...Object.fromEntries(figures) };
}

/** Properties of an order with the type their cells have. */
const ORDER_PROPERTIES: readonly (readonly [OrderField, "string" | "amount"])[] = [
  ["revenue", "amount"],
  ["shipping", "amount"],
  ["discount", "amount"],
  ["tax", "amount"],
  ["coupon", "string"],
  ["affiliation", "string"],
  ["channel", "string"],
  ["status", "string"],
];
const ITEM_AMOUNTS: ReadonlySet<ItemField> = new Set(["price", "quantity"]);

function ordersOf(plan: ImportPlan, columns: readonly Used[]): JsonObject {
  const field = (name: OrderField): string | undefined => columnFor(columns, (use) => use.as === "order" && use.field === name);
  const order = field("order_id");
  const properties = {
    ...(order === undefined ? {} : { order_id: { column: order, transform: ["unquote"], required: true } }),
    ...currencyOf(plan, field("currency")),
    ...Object.fromEntries(
      ORDER_PROPERTIES.flatMap(([name, type]) => {
        const column = field(name);
        return column === undefined ? [] : [[name, { column, type }] as const];
      }),
    ),
    ...valuesOf(columns, "property", plan),
  };
  return {
    ids: [
      ...idsOf(columns),
      // Exports often hide who bought: such an order is of a person of its own.
      ...(order === undefined
        ? []
        : [{ kind: "anonymous_id", column: order, transform: ["unquote", { prefix: "order-" }], fallback: true }]),
    ],
    event: { name: "Order Completed" },
    properties,
    traits: valuesOf(columns, "trait", plan),
    ...groupOf(columns, order, field("revenue")),
    ...refundOf(plan, columns, field),
  };
}

function currencyOf({ currency }: ImportPlan, column: string | undefined): JsonObject {
  if (column !== undefined) return { currency: { column, transform: ["trim", "upper"] } };
  return currency === "" ? {} : { currency: { value: currency } };
}

/** Rows of lines: those of one order become one event with its products. */
function groupOf(columns: readonly Used[], order: string | undefined, revenue: string | undefined): JsonObject {
  const items = columns.flatMap(({ column, use }) =>
    use.as === "item" ? [[use.field, { column, type: ITEM_AMOUNTS.has(use.field) ? "amount" : "string" }] as const] : [],
  );
  if (order === undefined || items.length === 0) return {};
  const factors = factorsOf(columns);
  return {
    group: {
      by: [order],
      items: { name: "products", properties: Object.fromEntries(items) },
      ...(revenue === undefined && factors !== undefined ? { totals: { revenue: { sum: factors } } } : {}),
    },
  };
}

/** The columns whose product is what a line costs. */
function factorsOf(columns: readonly Used[]): readonly string[] | undefined {
  const price = columnFor(columns, (use) => use.as === "item" && use.field === "price");
  const quantity = columnFor(columns, (use) => use.as === "item" && use.field === "quantity");
  if (price === undefined) return undefined;
  return quantity === undefined ? [price] : [quantity, price];
}

type FieldOf = (name: OrderField) => string | undefined;

/** A refunded order was an order first: it makes a second event, so that what is left over is what was earned. */
function refundOf(plan: ImportPlan, columns: readonly Used[], field: FieldOf): JsonObject {
  const amount = field("refund_amount");
  const when = refundedWhen(plan, field);
  if (when === undefined) return {};
  const revenue = field("revenue");
  const sum = amount === undefined ? (revenue === undefined ? factorsOf(columns) : undefined) : [amount];
  const value = sum === undefined && revenue !== undefined ? { revenue: { column: revenue, type: "amount" } } : {};
  const totals = sum === undefined ? {} : { totals: { revenue: { sum, when, ...(amount === undefined ? {} : { emptyIsZero: true }) } } };
  return {
    also: [
      {
        when,
        name: "Order Refunded",
        properties: { ...orderIdOf(field), ...currencyOf(plan, field("currency")), ...value },
        ...refundTimeOf(plan, field),
        ...totals,
      },
    ],
  };
}

/** Where an amount says that something was paid back; else where the status says so. */
function refundedWhen({ refunded }: ImportPlan, field: FieldOf): { readonly column: string; readonly matches: string } | undefined {
  const amount = field("refund_amount");
  if (amount !== undefined) return { column: amount, matches: "[1-9]" };
  const status = field("refund_status") ?? field("status");
  return refunded === "" || status === undefined ? undefined : { column: status, matches: refunded };
}

function orderIdOf(field: FieldOf): JsonObject {
  const order = field("order_id");
  return order === undefined ? {} : { order_id: { column: order, transform: ["unquote"] } };
}

function refundTimeOf(plan: ImportPlan, field: FieldOf): JsonObject {
  const time = field("refund_time");
  return time === undefined ? {} : { time: { column: time, format: plan.timeFormat, zone: plan.zone } };
}

/** Exports like to end with a row of sums. */
const TOTALS_PATTERN =
  "^[\\s【(（]*(?:合计|总计|共计|小计|汇总|总和|累计|本页合计|本页小计|[Tt]otal|TOTAL|[Gg]rand [Tt]otal)[)）】]?[:：]?\\s*$";

function refusalsOf(plan: ImportPlan, columns: readonly Used[]): JsonObject {
  const status = plan.kind === "orders" ? columnFor(columns, (use) => use.as === "order" && use.field === "status") : undefined;
  const time = columnFor(columns, ({ as }) => as === "time");
  const refuse = [
    ...totalsColumns(plan, columns).map((column) => ({ column, matches: TOTALS_PATTERN, reason: "A row of totals" })),
    ...(plan.unpaid !== "" && status !== undefined ? [{ column: status, matches: plan.unpaid, reason: "Not paid, or closed" }] : []),
    ...(plan.kind === "orders" && plan.paidOnly && time !== undefined ? [{ column: time, matches: "^\\s*$", reason: "Not paid" }] : []),
  ];
  return refuse.length === 0 ? {} : { refuse };
}

/** Where the word for a sum stands: in the first column, or where somebody or something is named. */
function totalsColumns(plan: ImportPlan, columns: readonly Used[]): readonly string[] {
  const [first] = plan.columns;
  const naming = columns.filter(
    ({ use }) =>
      use.as === "id" ||
      use.as === "time" ||
      use.as === "else_time" ||
      (use.as === "order" && use.field === "order_id") ||
      (use.as === "figure" && use.field === "channel"),
  );
  return [...new Set([...(first === undefined ? [] : [first.column]), ...naming.map(({ column }) => column)])];
}
