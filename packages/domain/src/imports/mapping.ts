import type { IdentityKind } from "../identity/identity-kinds.ts";
import type { Json } from "../json.ts";
import type { ConsentRule } from "./consent-rule.ts";
import type { Pattern } from "./pattern.ts";
import type { TimeReader } from "./time-format.ts";

/** What is done to the text of a cell before anything else. */
export type Transform =
  | { readonly op: "trim" | "lower" | "upper" | "unquote" | "whole" }
  | { readonly op: "stripPrefix" | "stripSuffix" | "prefix" | "suffix"; readonly text: string };

/** A test of one column. */
export type Condition = { readonly column: string; readonly test: Pattern };

/** How a value is read from a row: a constant, or a column with its type. An empty cell is no value at all. */
export type ValueRule =
  | { readonly from: "constant"; readonly value: Json }
  | {
      readonly from: "column";
      readonly column: string;
      readonly transforms: readonly Transform[];
      readonly type: "string" | "number" | "amount" | "boolean" | "date" | "json";
      readonly required: boolean;
      readonly readTime: TimeReader;
      readonly negateWhen: Condition | undefined;
    };

export type NamedRule = { readonly name: string; readonly rule: ValueRule };
export type IdRule = {
  readonly kind: IdentityKind;
  readonly column: string;
  readonly transforms: readonly Transform[];
  /** Used only when no other id was found. */ readonly fallback: boolean;
};
export type EventRule = {
  readonly column: string | undefined;
  readonly rules: readonly { readonly test: Pattern; readonly name: string }[];
  /** Undefined: the cell itself is the name. */ readonly otherwise: string | undefined;
};
export type TimeRule = {
  readonly column: string;
  /** Looked at where `column` is empty. */ readonly orElse: string | undefined;
  readonly read: TimeReader;
  readonly format: string;
};
export type TraitRule = NamedRule & { readonly op: "set" | "set_once" };
/** A total over the rows of a group: the sum of the product of `columns`, rounded to `decimals`. */
export type TotalRule = {
  readonly name: string;
  readonly columns: readonly string[];
  readonly decimals: number;
  readonly negateWhen: Condition | undefined;
  /** Only rows that meet it count. */ readonly when: Condition | undefined;
  readonly emptyIsZero: boolean;
};
/** A further event made of the same rows when one of them meets `when`; without a time it is as of the first. */
export type AlsoRule = {
  readonly when: Condition;
  readonly name: string;
  readonly time: TimeRule | undefined;
  readonly properties: readonly NamedRule[];
  readonly totals: readonly TotalRule[];
};
export type GroupRule = {
  readonly by: readonly string[];
  readonly itemsName: string | undefined;
  readonly items: readonly NamedRule[];
  readonly totals: readonly TotalRule[];
};
/** Rows put aside on purpose. `keep`: they go to quarantine as well, not only to the file of rejected rows. */
export type RefuseRule = { readonly when: Condition; readonly reason: string; readonly keep: boolean };

/** What the rows of a file are: things that happened, what is known about people, or figures of channels by day. */
export type ImportKind = "events" | "people" | "channels";

/** How the file is to be read; what is undefined is found out from the file. */
export type FileRule = {
  readonly format: "csv" | "jsonl" | "xlsx" | "parquet" | undefined;
  readonly delimiter: string | undefined;
  readonly encoding: "utf-8" | "gb18030" | "utf-16le" | "utf-16be" | undefined;
  /** Of a CSV without a header row. */ readonly columns: readonly string[] | undefined;
  /** Of a workbook; default: the first. */ readonly sheet: string | undefined;
  /** Counted from 1; the rows before it are left out. */ readonly headerRow: number;
};

/** A checked mapping file: how rows of a file become events or people. */
export type Mapping = {
  readonly kind: ImportKind;
  readonly file: FileRule;
  readonly ids: readonly IdRule[];
  readonly event: EventRule;
  /** Undefined only for people: they are as of the import. */
  readonly time: TimeRule | undefined;
  readonly properties: readonly NamedRule[];
  readonly traits: readonly TraitRule[];
  readonly consent: ConsentRule | undefined;
  readonly group: GroupRule | undefined;
  readonly also: readonly AlsoRule[];
  readonly refuse: readonly RefuseRule[];
  /** Cells that say nothing, besides empty ones. */ readonly empty: ReadonlySet<string>;
};

/** Every column a mapping reads, with the place in the mapping that names it first. */
export function columnsOf(mapping: Mapping): ReadonlyMap<string, string> {
  const columns = new Map<string, string>();
  const note = (column: string | undefined, field: string): void => {
    if (column !== undefined && !columns.has(column)) columns.set(column, field);
  };
  const noteRule = (rule: ValueRule, field: string): void => {
    if (rule.from === "constant") return;
    note(rule.column, `${field}.column`);
    note(rule.negateWhen?.column, `${field}.negateWhen.column`);
  };
  const noteTime = (time: TimeRule | undefined, field: string): void => {
    note(time?.column, `${field}.column`);
    note(time?.orElse, `${field}.orElse`);
  };
  const noteTotal = (total: TotalRule, field: string): void => {
    total.columns.forEach((column, index) => note(column, `${field}.sum[${index}]`));
    note(total.negateWhen?.column, `${field}.negateWhen.column`);
    note(total.when?.column, `${field}.when.column`);
  };
  mapping.ids.forEach(({ column }, index) => note(column, `ids[${index}].column`));
  note(mapping.event.column, "event.column");
  noteTime(mapping.time, "time");
  for (const { name, rule } of mapping.properties) noteRule(rule, `properties.${name}`);
  for (const { name, rule } of mapping.traits) noteRule(rule, `traits.${name}`);
  if (mapping.consent !== undefined) noteConsent(mapping.consent, note);
  mapping.group?.by.forEach((column) => note(column, "group.by"));
  for (const { name, rule } of mapping.group?.items ?? []) noteRule(rule, `group.items.properties.${name}`);
  for (const total of mapping.group?.totals ?? []) noteTotal(total, `group.totals.${total.name}`);
  mapping.also.forEach((also, index) => {
    note(also.when.column, `also[${index}].when.column`);
    noteTime(also.time, `also[${index}].time`);
    for (const { name, rule } of also.properties) noteRule(rule, `also[${index}].properties.${name}`);
    for (const total of also.totals) noteTotal(total, `also[${index}].totals.${total.name}`);
  });
  mapping.refuse.forEach(({ when }, index) => note(when.column, `refuse[${index}].column`));
  return columns;
}

function noteConsent({ choices, at, version }: ConsentRule, note: (column: string | undefined, field: string) => void): void {
  choices.forEach(({ column }, index) => note(column, `consent.choices[${index}].column`));
  note(at.column, "consent.at.column");
  note(version.column, "consent.version.column");
}
