import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import { compilePattern, type Pattern } from "./pattern.ts";

/** One thing wrong with a mapping file. */
export type MappingFault = { readonly field: string; readonly mend: string };

/**
 * Reads one object of a mapping file: every getter answers a usable fallback and notes a fault when the value is missing or of the wrong
 * kind, so that one pass finds all faults. `finish` notes the keys nobody asked for: a misspelt option must not pass unnoticed.
 */
export type FieldReader = {
  readonly path: string;
  readonly has: (key: string) => boolean;
  readonly text: (key: string, fallback?: string) => string;
  readonly optionalText: (key: string) => string | undefined;
  readonly flag: (key: string) => boolean;
  readonly integer: (key: string, range: { readonly min: number; readonly max: number; readonly fallback: number }) => number;
  readonly choice: <T extends string>(key: string, choices: readonly T[], fallback?: T) => T;
  readonly texts: (key: string) => readonly string[];
  readonly json: (key: string) => Json;
  readonly object: (key: string) => FieldReader | undefined;
  readonly objects: (key: string) => readonly FieldReader[];
  /** Each entry of an object whose values are objects. */
  readonly entries: (key: string) => readonly { readonly name: string; readonly reader: FieldReader }[];
  readonly pattern: (key: string) => Pattern;
  readonly fault: (key: string, mend: string) => void;
  readonly finish: () => void;
};

const NAME_MAX = 255;
const ENTRIES_MAX = 200;
const never: Pattern = () => false;

/** A reader of `source` at `path`; faults are added to `faults`. */
export function fieldReader(source: JsonObject, path: string, faults: MappingFault[]): FieldReader {
  const asked = new Set<string>();
  const at = (key: string): string => (path === "" ? key : `${path}.${key}`);
  const fault = (key: string, mend: string): void => void faults.push({ field: at(key), mend });
  const take = (key: string): Json | undefined => {
    asked.add(key);
    return Object.hasOwn(source, key) ? source[key] : undefined;
  };
  const optionalText = (key: string): string | undefined => {
    const value = take(key);
    if (value === undefined) return undefined;
    if (typeof value === "string" && value !== "" && value.length <= NAME_MAX) return value;
    fault(key, `Give a text of 1 to ${NAME_MAX} characters`);
    return undefined;
  };
  const list = (key: string): readonly Json[] => {
    const value = take(key);
    if (value === undefined) return [];
    if (Array.isArray(value) && value.length <= ENTRIES_MAX) return value;
    fault(key, `Give a list of at most ${ENTRIES_MAX}`);
    return [];
  };
  const nested = (value: Json | undefined, key: string): FieldReader | undefined => {
    if (isJsonObject(value)) return fieldReader(value, at(key), faults);
    fault(key, "Give an object");
    return undefined;
  };
  const text = (key: string, fallback?: string): string => {
    const value = optionalText(key);
    if (value === undefined && fallback === undefined && !Object.hasOwn(source, key)) fault(key, "This is required");
    return value ?? fallback ?? "";
  };
  return {
    path, fault, text, optionalText,
    has: (key) => Object.hasOwn(source, key),
    flag: (key) => {
      const value = take(key);
      if (value !== undefined && typeof value !== "boolean") fault(key, "Give true or false");
      return value === true;
    },
    integer: (key, { min, max, fallback }) => {
      const value = take(key);
      if (value === undefined) return fallback;
      if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return value;
      fault(key, `Give a whole number from ${min} to ${max}`);
      return fallback;
    },
    choice: <T extends string>(key: string, choices: readonly T[], fallback?: T): T => {
      const value = take(key);
      const chosen = choices.find((choice) => choice === value);
      if (chosen === undefined && (value !== undefined || fallback === undefined)) fault(key, `Give one of: ${choices.join(", ")}`);
      return chosen ?? fallback ?? (choices[0] as T);
    },
    texts: (key) => list(key).flatMap((value, index) => {
      if (typeof value === "string" && value !== "" && value.length <= NAME_MAX) return [value];
      fault(`${key}[${index}]`, "Give a text");
      return [];
    }),
    json: (key) => take(key) ?? null,
    object: (key) => {
      const value = take(key);
      return value === undefined ? undefined : nested(value, key);
    },
    objects: (key) => list(key).flatMap((value, index) => nested(value, `${key}[${index}]`) ?? []),
    entries: (key) => {
      const value = take(key);
      if (value === undefined) return [];
      if (!isJsonObject(value) || Object.keys(value).length > ENTRIES_MAX) {
        fault(key, `Give an object with at most ${ENTRIES_MAX} entries`);
        return [];
      }
      return Object.entries(value).flatMap(([name, entry]) => {
        if (name === "__proto__") fault(key, "The name __proto__ cannot be used");
        const reader = nested(entry, `${key}.${name}`);
        return reader === undefined ? [] : [{ name, reader }];
      });
    },
    pattern: (key) => {
      const source_ = text(key);
      const compiled = compilePattern(source_);
      if (!compiled.ok) fault(key, compiled.fault.mend ?? "Correct the regular expression");
      return compiled.ok ? compiled.value : never;
    },
    finish: () => {
      for (const key of Object.keys(source)) if (!asked.has(key) && !key.startsWith("$")) fault(key, `Unknown option; allowed here: ${[...asked].join(", ")}`);
    },
  };
}
