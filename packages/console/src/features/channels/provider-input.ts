import { providerSettingsSchema, type ProviderSettings } from "@terrace/contract/api/channel-settings";
import type { ProviderKind } from "@terrace/domain/messages/channel";
import { PROVIDER_FIELDS, type ProviderField } from "./provider-fields.ts";

/** What was entered, by the place in the settings; headers as lines. */
export type EnteredSettings = Readonly<Record<string, unknown>>;
export type ReadSettings =
  { readonly settings: ProviderSettings } | { readonly wrong: readonly (readonly [path: readonly string[], message: string])[] };

/** The settings of a kind from what was entered: what is empty is left out. */
export function readSettings(kind: ProviderKind, entered: EnteredSettings): ReadSettings {
  const fields = PROVIDER_FIELDS[kind].flatMap((field): readonly (readonly [readonly string[], unknown])[] => {
    const value = cleaned(field, at(entered, field.path));
    return value === undefined ? [] : [[field.path, value]];
  });
  const candidate: Record<string, unknown> = { kind };
  for (const [[first = "", second], value] of fields)
    candidate[first] = second === undefined ? value : { ...asObject(candidate[first]), [second]: value };
  const parsed = providerSettingsSchema.safeParse(candidate);
  if (parsed.success) return { settings: parsed.data };
  return { wrong: parsed.error.issues.map(({ path, message }) => [path.map(String), message] as const) };
}

/** Settings as they are entered. */
export function enteredOf(settings: ProviderSettings): EnteredSettings {
  if (settings.kind !== "http_sms") return settings;
  const headers = Object.entries(settings.headers).map(([name, value]) => `${name}: ${value}`);
  return { ...settings, headers: headers.join("\n") };
}

export function initialOf(kind: ProviderKind): EnteredSettings {
  return Object.fromEntries(
    PROVIDER_FIELDS[kind].flatMap(({ path: [first], initial }) => (initial === undefined ? [] : [[first, initial]])),
  );
}

function cleaned({ path: [name], form }: ProviderField, value: unknown): unknown {
  if (typeof value !== "string") return value ?? undefined;
  const trimmed = value.trim();
  if (trimmed === "") return undefined;
  return form === "lines" && name === "headers" ? headersIn(trimmed) : trimmed;
}

function headersIn(text: string): Readonly<Record<string, string>> {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return colon < 0 ? [line.trim(), ""] : [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
    }),
  );
}

function at(entered: EnteredSettings, [first, second]: ProviderField["path"]): unknown {
  const value = entered[first];
  return second === undefined ? value : asObject(value)[second];
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
