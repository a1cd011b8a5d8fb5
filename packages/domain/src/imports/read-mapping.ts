import { IDENTITY_KINDS } from "../identity/identity-kinds.ts";
import { isJsonObject, type Json } from "../json.ts";
import { fail, ok, type Result } from "../result.ts";
import { isTimeZone } from "../time/zoned-time.ts";
import { FIGURE_FIELDS } from "./column-use.ts";
import { FieldReader, type MappingFault } from "./mapping-reader.ts";
import type {
  AlsoRule,
  Condition,
  EventRule,
  GroupRule,
  IdRule,
  Mapping,
  NamedRule,
  RefuseRule,
  TimeRule,
  TotalRule,
  TraitRule,
  Transform,
  ValueRule,
} from "./mapping.ts";
import { readConsent } from "./read-consent.ts";
import { isTimeFormat, timeReader, type TimeReader } from "./time-format.ts";

const TYPES = ["string", "number", "amount", "boolean", "date", "json"] as const;
const PLAIN_TRANSFORMS = ["trim", "lower", "upper", "unquote", "whole"] as const;
const TEXT_TRANSFORMS = ["stripPrefix", "stripSuffix", "prefix", "suffix"] as const;

/** Checks a mapping file. Fault `import.mapping_invalid` names the first field that is wrong, says how to mend it, and counts the rest in `details.faults`. */
export function readMapping(source: Json): Result<Mapping> {
  if (!isJsonObject(source)) return fail("import.mapping_invalid", { field: "", mend: "A mapping is a JSON object" });
  const faults: MappingFault[] = [];
  const reader = new FieldReader(source, "", faults);
  const mapping = readTop(reader, faults);
  reader.finish();
  const first = faults[0];
  if (first === undefined) return ok(mapping);
  return fail("import.mapping_invalid", { field: first.field, mend: first.mend, details: { faults: faults.length } });
}

function readTop(reader: FieldReader, faults: MappingFault[]): Mapping {
  const kind = reader.choice("kind", ["events", "people", "channels"]);
  const mapping: Mapping = {
    kind,
    file: readFile(reader),
    ids: reader.objects("ids").map((id) => readId(id, faults)),
    event: readEvent(reader, kind),
    time: readTime(reader, kind !== "people"),
    properties: readValues(reader, "properties", faults),
    traits: readTraits(reader, faults),
    consent: readConsent(reader, kind, reader.has("time")),
    group: readGroup(reader, faults),
    also: readAlso(reader, faults),
    refuse: readRefuse(reader),
    empty: new Set(reader.texts("empty")),
  };
  checkKind(mapping, reader);
  return mapping;
}

/** What each kind of rows needs, and what makes no sense for it. */
function checkKind(mapping: Mapping, reader: FieldReader): void {
  const { kind, ids, group, traits, properties, also, consent } = mapping;
  if (kind !== "events" && group !== undefined) reader.fault("group", `Rows of ${kind} cannot be grouped`);
  if (kind !== "events" && also.length > 0) reader.fault("also", `Rows of ${kind} make no further events`);
  if (kind === "channels") return checkChannels(mapping, reader);
  if (ids.length === 0) reader.fault("ids", "Name at least one column that holds an id");
  if (kind !== "people") return;
  if (traits.length === 0 && ids.length < 2 && consent === undefined)
    reader.fault("traits", "Name at least one trait or consent, or two ids that belong together");
  if (properties.length > 0) reader.fault("properties", "People have traits, not properties");
}

function checkChannels({ ids, traits, properties, consent }: Mapping, reader: FieldReader): void {
  if (consent !== undefined) reader.fault("consent", "Figures of channels belong to nobody");
  if (ids.length > 0) reader.fault("ids", "Figures of channels belong to nobody");
  if (traits.length > 0) reader.fault("traits", "Figures of channels belong to nobody");
  const names = properties.map(({ name }) => name);
  const unknown = names.find((name) => !FIGURE_FIELDS.some((figure) => figure === name));
  if (unknown !== undefined) reader.fault(`properties.${unknown}`, `Figures of channels are: ${FIGURE_FIELDS.join(", ")}`);
  if (!names.includes("channel")) reader.fault("properties.channel", "Name the column that says which channel it is");
  if (!["exposures", "clicks", "cost"].some((name) => names.includes(name)))
    reader.fault("properties", "Name at least one of exposures, clicks and cost");
}

function readFile(reader: FieldReader): Mapping["file"] {
  const file = reader.object("file");
  if (file === undefined)
    return { format: undefined, delimiter: undefined, encoding: undefined, columns: undefined, sheet: undefined, headerRow: 1 };
  const columns = file.texts("columns");
  const format = file.choice("format", ["auto", "csv", "jsonl", "xlsx", "parquet"], "auto");
  const encoding = file.choice("encoding", ["auto", "utf-8", "gb18030", "utf-16le", "utf-16be"], "auto");
  const read = {
    format: format === "auto" ? undefined : format,
    delimiter: file.optionalText("delimiter"),
    encoding: encoding === "auto" ? undefined : encoding,
    columns: columns.length === 0 ? undefined : columns,
    sheet: file.optionalText("sheet"),
    headerRow: file.integer("headerRow", { min: 1, max: 100, fallback: 1 }),
  };
  if (read.delimiter !== undefined && !/^[^"\r\n]$/u.test(read.delimiter)) file.fault("delimiter", 'Give one character, e.g. "," or "\\t"');
  file.finish();
  return read;
}

function readId(reader: FieldReader, faults: MappingFault[]): IdRule {
  const rule = {
    kind: reader.choice("kind", IDENTITY_KINDS),
    column: reader.text("column"),
    transforms: readTransforms(reader, faults),
    fallback: reader.flag("fallback"),
  };
  reader.finish();
  return rule;
}

function readTransforms(reader: FieldReader, faults: MappingFault[]): readonly Transform[] {
  const list = reader.take("transform");
  if (list === undefined) return [];
  if (!Array.isArray(list)) {
    reader.fault("transform", 'Give a list, e.g. ["trim", { "stripSuffix": ".0" }]');
    return [];
  }
  return list.flatMap((item: Json, index): readonly Transform[] => {
    const plain = PLAIN_TRANSFORMS.find((op) => op === item);
    if (plain !== undefined) return [{ op: plain }];
    const nested = isJsonObject(item) ? new FieldReader(item, `${reader.path}.transform[${index}]`, faults) : undefined;
    const op = TEXT_TRANSFORMS.find((name) => nested?.has(name) === true);
    if (nested === undefined || op === undefined) {
      reader.fault(`transform[${index}]`, `Give one of ${[...PLAIN_TRANSFORMS, ...TEXT_TRANSFORMS].join(", ")}`);
      return [];
    }
    const transform = { op, text: nested.text(op) };
    nested.finish();
    return [transform];
  });
}

function readEvent(reader: FieldReader, kind: Mapping["kind"]): EventRule {
  if (kind !== "events") {
    if (reader.has("event")) reader.fault("event", `Rows of ${kind} make no events of their own`);
    reader.take("event");
    return { column: undefined, rules: [], otherwise: kind === "people" ? "$identify" : "" };
  }
  const event = reader.object("event");
  if (event === undefined) {
    if (!reader.has("event")) reader.fault("event", 'Say how the event is named: { "name": … } or { "column": … }');
    return { column: undefined, rules: [], otherwise: "" };
  }
  const column = event.optionalText("column");
  const otherwise = event.optionalText("name");
  const rules = event.objects("rules").map((rule) => {
    const read = { test: rule.pattern("matches"), name: rule.text("name") };
    rule.finish();
    return read;
  });
  if (column === undefined && otherwise === undefined) event.fault("name", "Give a name, or a column that holds it");
  if (column === undefined && rules.length > 0) event.fault("column", "Rules need the column they look at");
  event.finish();
  return { column, rules, otherwise };
}

function readTime(reader: FieldReader, isRequired: boolean): TimeRule | undefined {
  const time = reader.object("time");
  if (time === undefined) {
    if (isRequired && !reader.has("time")) reader.fault("time", "Name the column that says when it happened");
    return undefined;
  }
  const rule = {
    column: time.text("column"),
    orElse: time.optionalText("orElse"),
    format: time.text("format", "iso"),
    read: readClock(time),
  };
  time.finish();
  return rule;
}

function readClock(reader: FieldReader): TimeReader {
  const format = reader.text("format", "iso");
  const zone = reader.text("zone", "UTC");
  if (!isTimeFormat(format)) reader.fault("format", "Give auto, iso, unix, unix_ms or a pattern such as yyyy-MM-dd HH:mm:ss");
  if (!isTimeZone(zone)) reader.fault("zone", "Give an IANA time zone such as Asia/Shanghai");
  return isTimeFormat(format) && isTimeZone(zone) ? timeReader(format, zone) : () => undefined;
}

function readCondition(reader: FieldReader, key: string): Condition | undefined {
  const condition = reader.object(key);
  if (condition === undefined) return undefined;
  const read = { column: condition.text("column"), test: condition.pattern("matches") };
  condition.finish();
  return read;
}

function readValue(reader: FieldReader, faults: MappingFault[]): ValueRule {
  if (reader.has("value")) {
    const value = reader.take("value") ?? null;
    reader.finish();
    return { from: "constant", value };
  }
  const rule: ValueRule = {
    from: "column",
    column: reader.text("column"),
    transforms: readTransforms(reader, faults),
    type: reader.choice("type", TYPES, "string"),
    required: reader.flag("required"),
    readTime: readClock(reader),
    negateWhen: readCondition(reader, "negateWhen"),
  };
  reader.finish();
  return rule;
}

function readValues(reader: FieldReader, key: string, faults: MappingFault[]): readonly NamedRule[] {
  return reader.entries(key).map((entry) => ({ name: entry.name, rule: readValue(entry.reader, faults) }));
}

function readTraits(reader: FieldReader, faults: MappingFault[]): readonly TraitRule[] {
  return reader.entries("traits").map((entry) => {
    const op = entry.reader.choice("op", ["set", "set_once"], "set");
    return { name: entry.name, op, rule: readValue(entry.reader, faults) };
  });
}

function readGroup(reader: FieldReader, faults: MappingFault[]): GroupRule | undefined {
  const group = reader.object("group");
  if (group === undefined) return undefined;
  const by = group.texts("by");
  if (by.length === 0) group.fault("by", 'Name the columns that tell groups apart, e.g. ["InvoiceNo"]');
  const items = group.object("items");
  const rule = {
    by,
    itemsName: items?.text("name"),
    items: items === undefined ? [] : readValues(items, "properties", faults),
    totals: group.entries("totals").map(readTotal),
  };
  items?.finish();
  group.finish();
  return rule;
}

function readTotal(entry: { readonly name: string; readonly reader: FieldReader }): TotalRule {
  const { name, reader } = entry;
  const total = {
    name,
    columns: reader.texts("sum"),
    decimals: reader.integer("decimals", { min: 0, max: 8, fallback: 2 }),
    negateWhen: readCondition(reader, "negateWhen"),
    when: readCondition(reader, "when"),
    emptyIsZero: reader.flag("emptyIsZero"),
  };
  if (total.columns.length === 0) reader.fault("sum", 'Name the columns whose product is summed, e.g. ["Quantity", "UnitPrice"]');
  reader.finish();
  return total;
}

function readAlso(reader: FieldReader, faults: MappingFault[]): readonly AlsoRule[] {
  return reader.objects("also").flatMap((rule) => {
    const when = readCondition(rule, "when");
    if (when === undefined && !rule.has("when")) rule.fault("when", "Say of which rows the further event is made");
    const read = {
      name: rule.text("name"),
      time: readTime(rule, false),
      properties: readValues(rule, "properties", faults),
      totals: rule.entries("totals").map(readTotal),
    };
    rule.finish();
    return when === undefined ? [] : [{ ...read, when }];
  });
}

function readRefuse(reader: FieldReader): readonly RefuseRule[] {
  return reader.objects("refuse").map((rule) => {
    const read = {
      when: { column: rule.text("column"), test: rule.pattern("matches") },
      reason: rule.text("reason"),
      keep: rule.flag("keep"),
    };
    rule.finish();
    return read;
  });
}
