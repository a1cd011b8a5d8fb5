import { readAmount } from "./cell-values.ts";
import { cellTypeOf, valueTypeOf, type CellType } from "./column-types.ts";
import { bareName, wordsOf } from "./header-words.ts";
import { PLAN_KINDS, type ImportPlan, type PlanColumn, type PlanKind } from "./import-plan.ts";
import type { Preset } from "./presets/preset.ts";
import { PRESETS } from "./presets/presets.ts";

/** A column of a file with some of its cells. */
export type SampledColumn = { readonly name: string; readonly samples: readonly string[] };

export type SuggestOptions = {
  /** Of the workspace, for what the file does not say. */
  readonly zone: string;
  readonly currency: string;
  /** When the operator has said already what the rows are. */
  readonly kind?: PlanKind | undefined;
  /** When the operator has chosen how the file is read; `none` = not as any known export. */
  readonly preset?: string | undefined;
};
export type Suggestion = { readonly plan: ImportPlan; readonly preset: string | undefined };

/** How a file may be read: as a known export where its columns are one's, else by the names of its columns and by what is in them. */
export function suggestPlan(columns: readonly SampledColumn[], options: SuggestOptions): Suggestion {
  const preset = presetFor(columns, options);
  if (preset !== undefined) return { preset: preset.id, plan: planOfPreset(preset, columns, options) };
  const kind = options.kind ?? kindOf(columns);
  return {
    preset: undefined,
    plan: {
      kind,
      zone: options.zone,
      currency: options.currency,
      timeFormat: "auto",
      eventName: "",
      columns: suggestColumns(kind, columns),
      unpaid: kind === "orders" ? "待付款|待支付|未付款|未支付|等待买家付款|已取消|pending|unpaid|voided|cancelled" : "",
      refunded: kind === "orders" ? "退款成功|已退款|全额退款|全部退款|^refunded$" : "",
      paidOnly: false,
    },
  };
}

function presetFor(columns: readonly SampledColumn[], { preset, kind }: SuggestOptions): Preset | undefined {
  if (preset === "none") return undefined;
  if (preset !== undefined) return PRESETS.find(({ id }) => id === preset);
  const names = new Set(columns.map(({ name }) => bareName(name)));
  return PRESETS.find(
    (candidate) => (kind === undefined || candidate.kind === kind) && candidate.signature.every((name) => names.has(bareName(name))),
  );
}

/** A preset fitted to the columns that the file has; the first spelling of a column that is there counts. */
function planOfPreset(preset: Preset, columns: readonly SampledColumn[], options: SuggestOptions): ImportPlan {
  const byName = new Map(columns.map(({ name }) => [bareName(name), name]));
  const uses = new Map<string, string>();
  for (const [spellings, use] of Object.entries(preset.columns)) {
    const found = spellings.split("|").flatMap((name) => byName.get(bareName(name)) ?? [])[0];
    if (found !== undefined && !uses.has(found)) uses.set(found, use);
  }
  const { kind, zone, unpaid, refunded, paidOnly } = preset;
  return {
    kind,
    zone,
    unpaid,
    refunded,
    paidOnly,
    currency: preset.currency === "" ? options.currency : preset.currency,
    timeFormat: "auto",
    eventName: "",
    columns: columns.map(({ name }) => ({ column: name, use: uses.get(name) ?? "skip" })),
  };
}

/** What the rows of a file are, by the names of its columns: the kind that knows what is particular to it. */
function kindOf(columns: readonly SampledColumn[]): PlanKind {
  const names = columns.map(({ name }) => bareName(name));
  const knows = (kind: PlanKind, use: RegExp): boolean => names.some((name) => use.test(wordsOf(kind).get(name) ?? ""));
  if (knows("channels", /^figure:(?:exposures|clicks|cost)$/) && knows("channels", /^figure:(?:channel|campaign)$/)) return "channels";
  if (knows("events", /^event$/) && knows("events", /^time$/)) return "events";
  if (knows("orders", /^order:order_id$/)) return "orders";
  return "people";
}

function suggestColumns(kind: PlanKind, columns: readonly SampledColumn[]): readonly PlanColumn[] {
  const words = wordsOf(kind);
  const taken = new Set<string>();
  // What has a name that says it comes before what only looks like it.
  const known = columns.map(({ name, samples }) => takeOnce(taken, usableAs(words.get(bareName(name)), samples)));
  // The second choice of a time is the time where there is no first one.
  const named = known.includes("time") ? known : known.map((use) => (use === "else_time" ? "time" : use));
  return columns.map((column, index) => ({
    column: column.name,
    use: named[index] ?? takeOnce(taken, byValue(kind, column)) ?? restOf(kind, column),
  }));
}

function takeOnce(taken: Set<string>, use: string | undefined): string | undefined {
  if (use === undefined || (use !== "skip" && taken.has(use))) return undefined;
  taken.add(use);
  return use;
}

const NUMBERS: ReadonlySet<CellType> = new Set(["number", "amount", "empty"]);
/** A few cells that are no number are bad rows, not another column. */
function isHalfNumbers(samples: readonly string[]): boolean {
  const filled = samples.filter((cell) => cell.trim() !== "");
  return filled.filter((cell) => readAmount(cell) !== undefined).length * 2 >= filled.length;
}

/** A column named Amount with names in it is no amount. */
function usableAs(use: string | undefined, samples: readonly string[]): string | undefined {
  if (use === undefined) return undefined;
  const type = cellTypeOf(samples);
  const wantsNumber =
    /^(?:order:(?:revenue|shipping|discount|tax|refund_amount)|item:(?:price|quantity)|figure:(?:exposures|clicks|cost))$/u.test(use);
  if (wantsNumber && !NUMBERS.has(type) && !isHalfNumbers(samples)) return undefined;
  if (use.endsWith("time") && type !== "date" && type !== "empty" && type !== "number" && type !== "string") return undefined;
  return use;
}

function byValue(kind: PlanKind, { samples }: SampledColumn): string | undefined {
  const type = cellTypeOf(samples);
  if (kind === "channels") return type === "date" ? "time" : undefined;
  if (type === "phone") return "id:phone";
  if (type === "email") return "id:email";
  if (type === "date" && kind === "events") return "time";
  return undefined;
}

/** What no rule knows is kept under its own name; what is empty, and what says who someone is, is left out until somebody asks for it. */
function restOf(kind: PlanKind, { name, samples }: SampledColumn): string {
  const type = cellTypeOf(samples);
  if (kind === "channels" || kind === "orders" || type === "empty" || type === "id_card" || type === "phone" || type === "email")
    return "skip";
  // Nobody asked for this column: a row must not be lost because one of its cells is "No internet service" among yes and no.
  return `${kind === "people" ? "trait" : "property"}:${valueTypeOf(cellTypeOf(samples, 1))}:${name.slice(0, 100)}`;
}

/** Whether a text is a kind of plan. */
export function isPlanKind(text: string): text is PlanKind {
  return PLAN_KINDS.some((kind) => kind === text);
}
