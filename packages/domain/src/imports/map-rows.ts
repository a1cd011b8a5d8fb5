import type { TraitChange } from "../event/feed-event.ts";
import type { IdentityRef } from "../identity/identity-kinds.ts";
import type { Json } from "../json.ts";
import { fail, ok, type Result } from "../result.ts";
import { brokenReason } from "./broken-row.ts";
import { bindCondition, bindTransforms, bindValue, isRounded, readAmount, ROUNDED_DETAIL } from "./cell-values.ts";
import { type ColumnIndex } from "./cells.ts";
import { type ReadCell } from "./cells.ts";
import { type Cells } from "./cells.ts";
import { CellFault } from "./cells.ts";
import { bindConsent } from "./consent-rule.ts";
import {
  columnsOf,
  type AlsoRule,
  type GroupRule,
  type IdRule,
  type Mapping,
  type NamedRule,
  type TimeRule,
  type TotalRule,
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

/** What one row, or the rows of one group, say happened. `timeMs` is undefined when the mapping names no time; `part` counts the further events of the same rows. */
export type MappedEvent = {
  readonly firstRow: number;
  readonly part: number;
  readonly rowCount: number;
  readonly name: string;
  readonly timeMs: number | undefined;
  readonly ids: readonly IdentityRef[];
  readonly properties: { readonly [key: string]: Json };
  readonly traits: readonly TraitChange[];
};

export type MapOutcome =
  { readonly event: MappedEvent; readonly also: readonly MappedEvent[] } | { readonly rejects: readonly RowReject[] };

/** A mapping bound to the header of a file. */
export type RowMapper = {
  /** Undefined when the row is fit to be mapped. */
  readonly refuse: (row: FileRow) => RowReject | undefined;
  /** The group a row belongs to; undefined when the mapping does not group. */
  readonly groupOf: ((row: FileRow) => string) | undefined;
  /** Maps a row, or the rows of a whole group: one event, or every row with its reason (a group with one bad row is wrong as a whole). */
  readonly map: (rows: readonly FileRow[]) => MapOutcome;
};

type Named = { readonly name: string; readonly read: ReadCell };

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
  const refuse = bindRefuse(mapping, header.length, at);
  const groupOf = mapping.group === undefined ? undefined : bindGroupKey(mapping.group, at);
  const map = bindMap(mapping, at);
  if (mapping.empty.size === 0) return ok({ refuse, groupOf, map });
  const blank = bindBlank(mapping.empty);
  return ok({
    refuse: (row) => refuse(blank(row)),
    groupOf: groupOf === undefined ? undefined : (row) => groupOf(blank(row)),
    map: (rows) => map(rows.map(blank)),
  });
}

/** A row whose cells are empty where they only say so. Runs on every cell, so the first character decides about most of them. */
function bindBlank(words: ReadonlySet<string>): (row: FileRow) => FileRow {
  const begins = new Set([...words].map((word) => word.charCodeAt(0)));
  const longest = Math.max(...[...words].map(({ length }) => length)) + 4;
  const isBlank = (cell: string): boolean => {
    const first = cell.charCodeAt(0);
    return (begins.has(first) || first <= SPACE) && cell.length <= longest && words.has(cell.trim());
  };
  return (row) => (row.cells.some(isBlank) ? { row: row.row, cells: row.cells.map((cell) => (isBlank(cell) ? "" : cell)) } : row);
}
const SPACE = 32;

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
  const read = bindMain(mapping, at);
  const also = mapping.also.map((rule) => bindAlso(rule, at));
  return (rows) => {
    const first = rows[0];
    if (first === undefined) return { rejects: [] };
    const event = read(rows, first);
    if (event instanceof CellFault) return rejectAll(rows, first.row, event);
    if ("fault" in event) return rejectAll(rows, event.row, event.fault);
    const further: MappedEvent[] = [];
    for (const [index, more] of also.entries()) {
      const next = more(rows, event.timeMs);
      if (next === undefined) continue;
      if ("fault" in next) return rejectAll(rows, next.row, next.fault);
      further.push({ ...event, ...next, part: index + 1, traits: [] });
    }
    return { event, also: further };
  };
}

function bindMain(mapping: Mapping, at: ColumnIndex): (rows: readonly FileRow[], first: FileRow) => MappedEvent | CellFault | RowFault {
  const name = bindEventName(mapping, at);
  const time = bindTime(mapping.time, at);
  const ids = bindIds(mapping, at);
  const properties = bindNamed(mapping.properties, at);
  const traits = mapping.traits.map((trait) => ({ name: trait.name, op: trait.op, read: bindValue(trait.rule, at, trait.name) }));
  const consent = mapping.consent === undefined ? undefined : bindConsent(mapping.consent, at);
  const addGroup = mapping.group === undefined ? undefined : bindGroup(mapping.group, at);
  return (rows, { row, cells }) => {
    const named = name(cells);
    if (named instanceof CellFault) return named;
    const timeMs = time(cells);
    if (timeMs instanceof CellFault) return timeMs;
    const found = ids(cells);
    if (found instanceof CellFault) return found;
    const values: Record<string, Json> = {};
    const wrong = readInto(values, properties, cells) ?? addGroup?.(values, rows);
    if (wrong !== undefined) return wrong;
    const said = consent?.(cells, timeMs);
    if (said instanceof CellFault) return said;
    if (said !== undefined) values["$consent"] = said;
    const changes = readTraits(traits, cells);
    if (changes instanceof CellFault) return changes;
    return { firstRow: row, rowCount: rows.length, part: 0, name: named, timeMs, ids: found, properties: values, traits: changes };
  };
}

function readTraits(traits: readonly (Named & { readonly op: "set" | "set_once" })[], cells: Cells): readonly TraitChange[] | CellFault {
  const changes: TraitChange[] = [];
  for (const { name, op, read } of traits) {
    const value = read(cells);
    if (value instanceof CellFault) return value;
    if (value !== undefined) changes.push({ op, key: name, value });
  }
  return changes;
}

type FurtherEvent = Pick<MappedEvent, "name" | "timeMs" | "properties">;
type RowFault = { readonly row: number; readonly fault: CellFault };

/** A further event of the same rows, where one of them meets its condition: the refund of an order, in the same table as the order. */
function bindAlso(
  rule: AlsoRule,
  at: ColumnIndex,
): (rows: readonly FileRow[], orderMs: number | undefined) => FurtherEvent | RowFault | undefined {
  const holds = bindCondition(rule.when, at);
  const time = bindTime(rule.time, at);
  const properties = bindNamed(rule.properties, at);
  const totals = bindTotals(rule.totals, at);
  return (rows, orderMs) => {
    const first = rows[0];
    if (first === undefined || !rows.some(({ cells }) => holds(cells))) return undefined;
    const timeMs = rule.time === undefined ? undefined : time(first.cells);
    const values: Record<string, Json> = {};
    const fault = readInto(values, properties, first.cells);
    if (fault !== undefined) return { row: first.row, fault };
    const wrong = addTotals(values, totals, rows);
    if (wrong !== undefined) return wrong;
    // A refund without a time of its own is as of the order.
    return { name: rule.name, timeMs: timeMs === undefined || timeMs instanceof CellFault ? orderMs : timeMs, properties: values };
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

function bindTime(rule: TimeRule | undefined, at: ColumnIndex): (cells: Cells) => number | undefined | CellFault {
  if (rule === undefined) return () => undefined;
  const index = at(rule.column);
  const other = rule.orElse === undefined ? undefined : at(rule.orElse);
  const missing = new CellFault(rule.column, "The time is empty");
  const unread = new CellFault(rule.column, rule.format === "auto" ? AUTO_TIME_DETAIL : `The time is not written as ${rule.format}`);
  return (cells) => {
    const text = (cells[index] ?? "").trim();
    const told = text === "" && other !== undefined ? (cells[other] ?? "").trim() : text;
    return told === "" ? missing : (rule.read(told) ?? unread);
  };
}

const AUTO_TIME_DETAIL = "The time cannot be read; write it with the year first, e.g. 2026-01-31 15:04";

function bindIds({ ids: rules, kind }: Mapping, at: ColumnIndex): (cells: Cells) => readonly IdentityRef[] | CellFault {
  if (kind === "channels") return () => [];
  const bound = rules.map((rule) => ({ ...rule, index: at(rule.column), clean: bindTransforms(rule.transforms) }));
  const fault = new CellFault(rules[0]?.column ?? "", "The row has no id");
  return (cells) => {
    const ids: IdentityRef[] = [];
    for (const { kind, index, clean, fallback, column } of bound) {
      if (fallback && ids.length > 0) continue;
      const value = clean((cells[index] ?? "").trim());
      if (isRounded(value)) return new CellFault(column, ROUNDED_DETAIL);
      // Platforms hide phones and e-mails in their exports: 138****1234 is nobody's.
      if (value !== "" && !(MASKABLE.has(kind) && value.includes("*"))) ids.push({ kind, value });
    }
    return ids.length === 0 ? fault : ids;
  };
}

const MASKABLE: ReadonlySet<IdRule["kind"]> = new Set(["phone", "email"]);

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
function bindGroup(group: GroupRule, at: ColumnIndex): (target: Record<string, Json>, rows: readonly FileRow[]) => RowFault | undefined {
  const items = bindNamed(group.items, at);
  const totals = bindTotals(group.totals, at);
  return (target, rows) => {
    const made: Json[] = [];
    for (const { row, cells } of rows) {
      const item: Record<string, Json> = {};
      const fault = readInto(item, items, cells);
      if (fault !== undefined) return { row, fault };
      made.push(item);
    }
    if (group.itemsName !== undefined) target[group.itemsName] = made;
    return addTotals(target, totals, rows);
  };
}

type Total = { readonly name: string; readonly scale: number; readonly term: (cells: Cells) => number | CellFault };

function bindTotals(totals: readonly TotalRule[], at: ColumnIndex): readonly Total[] {
  return totals.map((total) => ({ name: total.name, scale: 10 ** total.decimals, term: bindTerm(total, at) }));
}

function addTotals(target: Record<string, Json>, totals: readonly Total[], rows: readonly FileRow[]): RowFault | undefined {
  for (const { name, scale, term } of totals) {
    let sum = 0;
    for (const { row, cells } of rows) {
      const value = term(cells);
      if (value instanceof CellFault) return { row, fault: value };
      sum += value;
    }
    // `+ 0` turns −0 into 0.
    target[name] = Math.round(sum * scale) / scale + 0;
  }
  return undefined;
}

function bindTerm(total: TotalRule, at: ColumnIndex): (cells: Cells) => number | CellFault {
  const columns = total.columns.map((column) => ({ column, index: at(column) }));
  const negate = total.negateWhen === undefined ? undefined : bindCondition(total.negateWhen, at);
  const only = total.when === undefined ? undefined : bindCondition(total.when, at);
  return (cells) => {
    if (only?.(cells) === false) return 0;
    let product = negate?.(cells) === true ? -1 : 1;
    for (const { column, index } of columns) {
      const text = cells[index] ?? "";
      const value = total.emptyIsZero && text.trim() === "" ? 0 : readAmount(text);
      if (value === undefined) return new CellFault(column, "The value is not a number");
      product *= value;
    }
    return product;
  };
}
