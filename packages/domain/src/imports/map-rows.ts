import type { TraitChange } from "../event/feed-event.ts";
import type { IdentityRef } from "../identity/identity-kinds.ts";
import type { Json } from "../json.ts";
import { fail, ok, type Result } from "../result.ts";
import { isoInstant } from "../time/zoned-time.ts";
import { brokenReason } from "./broken-row.ts";
import {
  columnsOf,
  type Condition,
  type GroupRule,
  type IdRule,
  type Mapping,
  type NamedRule,
  type TotalRule,
  type Transform,
  type ValueRule,
} from "./mapping.ts";

/** A row of the file: its number (1 = the first after the header) and its cells in header order. */
export type FileRow = { readonly row: number; readonly cells: readonly string[] };

/** Why a row was put aside. `keep` = it goes to quarantine, besides the file of rejected rows. */
export type RowReject = {
  readonly row: number;
  readonly code: string;
  readonly field: string;
  readonly detail: string;
  readonly keep: boolean;
};

/** What one row, or the rows of one group, say happened. `timeMs` is undefined when the mapping names no time. */
export type MappedEvent = {
  readonly firstRow: number;
  readonly rowCount: number;
  readonly name: string;
  readonly timeMs: number | undefined;
  readonly ids: readonly IdentityRef[];
  readonly properties: { readonly [key: string]: Json };
  readonly traits: readonly TraitChange[];
};

export type MapOutcome = { readonly event: MappedEvent } | { readonly rejects: readonly RowReject[] };

/** A mapping bound to the header of a file. */
export type RowMapper = {
  /** Undefined when the row is fit to be mapped. */
  readonly refuse: (row: FileRow) => RowReject | undefined;
  /** The group a row belongs to; undefined when the mapping does not group. */
  readonly groupOf: ((row: FileRow) => string) | undefined;
  /** Maps a row, or the rows of a whole group: one event, or every row with its reason (a group with one bad row is wrong as a whole). */
  readonly map: (rows: readonly FileRow[]) => MapOutcome;
};

class CellFault {
  readonly field: string;
  readonly detail: string;
  constructor(field: string, detail: string) {
    this.field = field;
    this.detail = detail;
  }
}

type Cells = readonly string[];
type Read = (cells: Cells) => Json | undefined | CellFault;
type Named = { readonly name: string; readonly read: Read };
type ColumnIndex = (column: string) => number;

/** Binds a checked mapping to a header. Fault `import.mapping_invalid` when a column is missing or occurs twice. */
export function bindMapping(mapping: Mapping, header: readonly string[]): Result<RowMapper> {
  for (const [column, field] of columnsOf(mapping)) {
    const found = header.filter((name) => name === column).length;
    if (found === 0)
      return fail("import.mapping_invalid", {
        field,
        mend: `The file has no column ${column}. Its columns are: ${header.slice(0, 50).join(", ")}`,
      });
    if (found > 1) return fail("import.mapping_invalid", { field, mend: `The file has ${found} columns named ${column}; rename them` });
  }
  const at: ColumnIndex = (column) => header.indexOf(column);
  return ok({
    refuse: bindRefuse(mapping, header.length, at),
    groupOf: mapping.group === undefined ? undefined : bindGroupKey(mapping.group, at),
    map: bindMap(mapping, at),
  });
}

function bindRefuse(mapping: Mapping, width: number, at: ColumnIndex): RowMapper["refuse"] {
  const rules = mapping.refuse.map(({ when, reason, keep }) => ({ holds: bindCondition(when, at), field: when.column, reason, keep }));
  return ({ row, cells }) => {
    if (cells.length !== width) {
      const detail = brokenReason(cells) ?? `The row has ${cells.length} cells, the header ${width}`;
      return { row, code: "import.row_invalid", field: "", detail, keep: true };
    }
    for (const rule of rules)
      if (rule.holds(cells)) return { row, code: "import.row_refused", field: rule.field, detail: rule.reason, keep: rule.keep };
    return undefined;
  };
}

function bindGroupKey(group: GroupRule, at: ColumnIndex): (row: FileRow) => string {
  const indexes = group.by.map(at);
  const only = indexes[0];
  if (indexes.length === 1 && only !== undefined) return ({ cells }) => cells[only] ?? "";
  return ({ cells }) => JSON.stringify(indexes.map((index) => cells[index] ?? ""));
}

function bindMap(mapping: Mapping, at: ColumnIndex): RowMapper["map"] {
  const name = bindEventName(mapping, at);
  const time = bindTime(mapping, at);
  const ids = bindIds(mapping.ids, at);
  const properties = bindNamed(mapping.properties, at);
  const traits = mapping.traits.map((trait) => ({ name: trait.name, op: trait.op, read: bindValue(trait.rule, at, trait.name) }));
  const addGroup = mapping.group === undefined ? undefined : bindGroup(mapping.group, at);
  return (rows) => {
    const first = rows[0];
    if (first === undefined) return { rejects: [] };
    const { cells } = first;
    const named = name(cells);
    if (named instanceof CellFault) return rejectAll(rows, first.row, named);
    const timeMs = time(cells);
    if (timeMs instanceof CellFault) return rejectAll(rows, first.row, timeMs);
    const found = ids(cells);
    if (found instanceof CellFault) return rejectAll(rows, first.row, found);
    const values: Record<string, Json> = {};
    const wrong = readInto(values, properties, cells) ?? addGroup?.(values, rows);
    if (wrong instanceof CellFault) return rejectAll(rows, first.row, wrong);
    if (wrong !== undefined) return rejectAll(rows, wrong.row, wrong.fault);
    const changes: TraitChange[] = [];
    for (const trait of traits) {
      const value = trait.read(cells);
      if (value instanceof CellFault) return rejectAll(rows, first.row, value);
      if (value !== undefined) changes.push({ op: trait.op, key: trait.name, value });
    }
    return { event: { firstRow: first.row, rowCount: rows.length, name: named, timeMs, ids: found, properties: values, traits: changes } };
  };
}

function rejectAll(rows: readonly FileRow[], guilty: number, fault: CellFault): MapOutcome {
  return {
    rejects: rows.map(({ row }) =>
      row === guilty
        ? { row, code: "import.row_invalid", field: fault.field, detail: fault.detail, keep: true }
        : { row, code: "import.row_invalid", field: fault.field, detail: `Row ${guilty} of the same group is invalid`, keep: true },
    ),
  };
}

function bindEventName(mapping: Mapping, at: ColumnIndex): (cells: Cells) => string | CellFault {
  const { column, rules, otherwise } = mapping.event;
  if (column === undefined) return () => otherwise ?? "";
  const index = at(column);
  return (cells) => {
    const cell = cells[index] ?? "";
    const name = rules.find(({ test }) => test(cell))?.name ?? otherwise ?? cell.trim();
    return name === "" ? new CellFault(column, "The event has no name") : name;
  };
}

function bindTime(mapping: Mapping, at: ColumnIndex): (cells: Cells) => number | undefined | CellFault {
  const rule = mapping.time;
  if (rule === undefined) return () => undefined;
  const index = at(rule.column);
  const fault = new CellFault(rule.column, `The time is missing or is not ${rule.format}`);
  return (cells) => rule.read((cells[index] ?? "").trim()) ?? fault;
}

function bindIds(rules: readonly IdRule[], at: ColumnIndex): (cells: Cells) => readonly IdentityRef[] | CellFault {
  const bound = rules.map((rule) => ({
    kind: rule.kind,
    index: at(rule.column),
    clean: bindTransforms(rule.transforms),
    fallback: rule.fallback,
  }));
  const fault = new CellFault(rules[0]?.column ?? "", "The row has no id");
  return (cells) => {
    const ids: IdentityRef[] = [];
    for (const { kind, index, clean, fallback } of bound) {
      if (fallback && ids.length > 0) continue;
      const value = clean((cells[index] ?? "").trim());
      if (value !== "") ids.push({ kind, value });
    }
    return ids.length === 0 ? fault : ids;
  };
}

function bindNamed(rules: readonly NamedRule[], at: ColumnIndex): readonly Named[] {
  return rules.map(({ name, rule }) => ({ name, read: bindValue(rule, at, name) }));
}

function readInto(target: Record<string, Json>, named: readonly Named[], cells: Cells): CellFault | undefined {
  for (const { name, read } of named) {
    const value = read(cells);
    if (value instanceof CellFault) return value;
    if (value !== undefined) target[name] = value;
  }
  return undefined;
}

/** Adds the items and totals of a group to its properties. */
function bindGroup(
  group: GroupRule,
  at: ColumnIndex,
): (target: Record<string, Json>, rows: readonly FileRow[]) => { readonly row: number; readonly fault: CellFault } | undefined {
  const items = bindNamed(group.items, at);
  const totals = group.totals.map((total) => ({ name: total.name, scale: 10 ** total.decimals, term: bindTerm(total, at), sum: 0 }));
  return (target, rows) => {
    const made: Json[] = [];
    for (const total of totals) total.sum = 0;
    for (const { row, cells } of rows) {
      const item: Record<string, Json> = {};
      const fault = readInto(item, items, cells);
      if (fault !== undefined) return { row, fault };
      made.push(item);
      for (const total of totals) {
        const term = total.term(cells);
        if (term instanceof CellFault) return { row, fault: term };
        total.sum += term;
      }
    }
    if (group.itemsName !== undefined) target[group.itemsName] = made;
    // `+ 0` turns −0 into 0.
    for (const { name, sum, scale } of totals) target[name] = Math.round(sum * scale) / scale + 0;
    return undefined;
  };
}

function bindTerm(total: TotalRule, at: ColumnIndex): (cells: Cells) => number | CellFault {
  const columns = total.columns.map((column) => ({ column, index: at(column) }));
  const negate = total.negateWhen === undefined ? undefined : bindCondition(total.negateWhen, at);
  return (cells) => {
    let product = negate?.(cells) === true ? -1 : 1;
    for (const { column, index } of columns) {
      const value = readNumber(cells[index] ?? "");
      if (value === undefined) return new CellFault(column, "The value is not a number");
      product *= value;
    }
    return product;
  };
}

function bindCondition(condition: Condition, at: ColumnIndex): (cells: Cells) => boolean {
  const index = at(condition.column);
  return (cells) => condition.test(cells[index] ?? "");
}

function bindTransforms(transforms: readonly Transform[]): (text: string) => string {
  if (transforms.length === 0) return (text) => text;
  return (text) => (text === "" ? "" : transforms.reduce(applyTransform, text));
}

function applyTransform(text: string, transform: Transform): string {
  switch (transform.op) {
    case "trim":
      return text.trim();
    case "lower":
      return text.toLowerCase();
    case "upper":
      return text.toUpperCase();
    case "stripPrefix":
      return text.startsWith(transform.text) ? text.slice(transform.text.length) : text;
    case "stripSuffix":
      return text.endsWith(transform.text) ? text.slice(0, text.length - transform.text.length) : text;
    case "prefix":
      return transform.text + text;
    case "suffix":
      return text + transform.text;
  }
}

function bindValue(rule: ValueRule, at: ColumnIndex, name: string): Read {
  if (rule.from === "constant") return () => rule.value;
  const index = at(rule.column);
  const clean = bindTransforms(rule.transforms);
  const negate = rule.negateWhen === undefined ? undefined : bindCondition(rule.negateWhen, at);
  const missing = new CellFault(rule.column, `${name} is required and the cell is empty`);
  const unfit = new CellFault(rule.column, `The value is not a ${rule.type}`);
  const parse = PARSERS[rule.type];
  return (cells) => {
    const text = clean((cells[index] ?? "").trim());
    if (text === "") return rule.required ? missing : undefined;
    const value = parse(text, rule);
    if (value === undefined) return unfit;
    return typeof value === "number" && negate?.(cells) === true ? 0 - value : value;
  };
}

type ColumnRule = Extract<ValueRule, { readonly from: "column" }>;
const TRUTHS = new Map<string, boolean>([
  ["true", true],
  ["t", true],
  ["yes", true],
  ["y", true],
  ["1", true],
  ["是", true],
  ["false", false],
  ["f", false],
  ["no", false],
  ["n", false],
  ["0", false],
  ["否", false],
]);

const PARSERS: Readonly<Record<ColumnRule["type"], (text: string, rule: ColumnRule) => Json | undefined>> = {
  string: (text) => text,
  number: (text) => readNumber(text),
  boolean: (text) => TRUTHS.get(text.toLowerCase()),
  date: (text, rule) => {
    const ms = rule.readTime(text);
    return ms === undefined ? undefined : isoInstant(ms);
  },
  json: (text) => {
    try {
      return JSON.parse(text) as Json;
    } catch {
      return undefined;
    }
  },
};

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/u;

function readNumber(text: string): number | undefined {
  const trimmed = text.trim();
  if (!NUMBER.test(trimmed)) return undefined;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : undefined;
}
