import { CONSENT_WORD } from "../consent/purposes.ts";
import { isTimeZone } from "../time/zoned-time.ts";
import type { ConsentChoice, ConsentRule } from "./consent-rule.ts";
import type { FieldReader } from "./mapping-reader.ts";
import type { ImportKind } from "./mapping.ts";
import { isTimeFormat, timeReader } from "./time-format.ts";

const VERSION_MAX = 1_000_000;

/** The part `consent` of a mapping. `hasTime` = rows have a time of their own, which is that of the choice unless another is named. */
export function readConsent(mapping: FieldReader, kind: ImportKind, hasTime: boolean): ConsentRule | undefined {
  const reader = mapping.object("consent");
  if (reader === undefined) return undefined;
  const choices = reader.objects("choices").map(readChoiceRule);
  if (choices.length === 0) reader.fault("choices", 'Name a column: [{ "purpose": "marketing", "channel": "sms", "column": … }]');
  const at = readAt(reader);
  // A consent as of the import would revive what somebody took back since the file was made.
  if (at.column === undefined && at.otherwiseMs === undefined && kind === "people" && !hasTime)
    reader.fault("at", 'Say when people chose so: { "column": … }, or { "value": "2026-01-31" } for all, such as the day of the export');
  const rule = { choices, at, version: readVersion(reader), text: reader.text("text", "") };
  if (rule.text !== "" && !CONSENT_WORD.test(rule.text)) reader.fault("text", "Give the key of a consent text, e.g. privacy");
  reader.finish();
  return rule;
}

function readChoiceRule(reader: FieldReader): ConsentChoice {
  const choice = { purpose: reader.text("purpose"), channel: reader.text("channel", ""), column: reader.text("column") };
  if (!CONSENT_WORD.test(choice.purpose)) reader.fault("purpose", "Give the key of a purpose, e.g. marketing");
  if (choice.channel !== "" && !CONSENT_WORD.test(choice.channel)) reader.fault("channel", "Give a channel, e.g. sms or email");
  reader.finish();
  return choice;
}

function readAt(consent: FieldReader): ConsentRule["at"] {
  const reader = consent.object("at");
  if (reader === undefined) return { column: undefined, read: timeReader("auto", "UTC"), otherwiseMs: undefined };
  const column = reader.optionalText("column");
  const format = reader.text("format", "auto");
  const zone = reader.text("zone", "UTC");
  if (!isTimeFormat(format)) reader.fault("format", "Give auto, iso, unix, unix_ms, or a pattern such as yyyy-MM-dd HH:mm:ss");
  if (!isTimeZone(zone)) reader.fault("zone", "Give an IANA time zone such as Asia/Shanghai");
  const isFit = isTimeFormat(format) && isTimeZone(zone);
  const value = reader.optionalText("value");
  const otherwiseMs = value === undefined || !isFit ? undefined : timeReader("auto", zone)(value);
  if (value !== undefined && isFit && otherwiseMs === undefined) reader.fault("value", "Give a day or a time, e.g. 2026-01-31");
  reader.finish();
  return { column, read: isFit ? timeReader(format, zone) : timeReader("auto", "UTC"), otherwiseMs };
}

function readVersion(consent: FieldReader): ConsentRule["version"] {
  const reader = consent.object("version");
  if (reader === undefined) return { column: undefined, otherwise: 0 };
  const version = { column: reader.optionalText("column"), otherwise: reader.integer("value", { min: 0, max: VERSION_MAX, fallback: 0 }) };
  reader.finish();
  return version;
}
