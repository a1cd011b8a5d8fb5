import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import { compilePattern, type Pattern } from "./pattern.ts";

/** One thing wrong with a mapping file. */
export type MappingFault = { readonly field: string; readonly mend: string };

const NAME_MAX = 255;
const ENTRIES_MAX = 200;
const never: Pattern = () => false;

/**
 * Reads one object of a mapping file: every getter answers a usable fallback and notes a fault when the value is missing or of the wrong
 * kind, so that one pass finds all faults. `finish` notes the keys nobody asked for: a misspelt option must not pass unnoticed.
 */
export class FieldReader {
  readonly path: string;
  readonly #source: JsonObject;
  readonly #faults: MappingFault[];
  readonly #asked = new Set<string>();

  constructor(source: JsonObject, path: string, faults: MappingFault[]) {
    this.#source = source;
    this.path = path;
    this.#faults = faults;
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#source, key);
  }

  fault(key: string, mend: string): void {
    this.#faults.push({ field: this.#at(key), mend });
  }

  /** The value as it is; undefined when the key is absent. */
  take(key: string): Json | undefined {
    this.#asked.add(key);
    return this.has(key) ? this.#source[key] : undefined;
  }

  optionalText(key: string): string | undefined {
    const value = this.take(key);
    if (value === undefined || (typeof value === "string" && value !== "" && value.length <= NAME_MAX)) return value;
    this.fault(key, `Give a text of 1 to ${NAME_MAX} characters`);
    return undefined;
  }

  text(key: string, fallback?: string): string {
    const value = this.optionalText(key);
    if (fallback === undefined && !this.has(key)) this.fault(key, "This is required");
    return value ?? fallback ?? "";
  }

  flag(key: string): boolean {
    const value = this.take(key);
    if (value !== undefined && typeof value !== "boolean") this.fault(key, "Give true or false");
    return value === true;
  }

  integer(key: string, { min, max, fallback }: { readonly min: number; readonly max: number; readonly fallback: number }): number {
    const value = this.take(key);
    if (value === undefined) return fallback;
    if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return value;
    this.fault(key, `Give a whole number from ${min} to ${max}`);
    return fallback;
  }

  choice<T extends string>(key: string, choices: readonly [T, ...T[]], fallback?: T): T {
    const value = this.take(key);
    const chosen = choices.find((choice) => choice === value);
    if (chosen === undefined && (value !== undefined || fallback === undefined)) this.fault(key, `Give one of: ${choices.join(", ")}`);
    return chosen ?? fallback ?? choices[0];
  }

  texts(key: string): readonly string[] {
    return this.#list(key).flatMap((value, index) => {
      if (typeof value === "string" && value !== "" && value.length <= NAME_MAX) return [value];
      this.fault(`${key}[${index}]`, "Give a text");
      return [];
    });
  }

  object(key: string): FieldReader | undefined {
    const value = this.take(key);
    return value === undefined ? undefined : this.#nested(value, key);
  }

  objects(key: string): readonly FieldReader[] {
    return this.#list(key).flatMap((value, index) => this.#nested(value, `${key}[${index}]`) ?? []);
  }

  /** Each entry of an object whose values are objects. */
  entries(key: string): readonly { readonly name: string; readonly reader: FieldReader }[] {
    const value = this.take(key);
    if (value === undefined) return [];
    if (!isJsonObject(value) || Object.keys(value).length > ENTRIES_MAX) {
      this.fault(key, `Give an object with at most ${ENTRIES_MAX} entries`);
      return [];
    }
    return Object.entries(value).flatMap(([name, entry]) => {
      if (name === "__proto__") this.fault(key, "The name __proto__ cannot be used");
      const reader = this.#nested(entry, `${key}.${name}`);
      return reader === undefined ? [] : [{ name, reader }];
    });
  }

  pattern(key: string): Pattern {
    const compiled = compilePattern(this.text(key));
    if (compiled.ok) return compiled.value;
    this.fault(key, compiled.fault.mend ?? "Correct the regular expression");
    return never;
  }

  /** Notes every key that nobody asked for; `$schema` and other keys with a dollar sign are comments. */
  finish(): void {
    for (const key of Object.keys(this.#source)) {
      if (!this.#asked.has(key) && !key.startsWith("$")) this.fault(key, `Unknown option; allowed here: ${[...this.#asked].join(", ")}`);
    }
  }

  /** A reader of a nested object at `path` relative to this one, sharing its faults; notes a fault when it is no object. */
  #nested(value: Json, key: string): FieldReader | undefined {
    if (isJsonObject(value)) return new FieldReader(value, this.#at(key), this.#faults);
    this.fault(key, "Give an object");
    return undefined;
  }

  #list(key: string): readonly Json[] {
    const value = this.take(key);
    if (value === undefined) return [];
    if (Array.isArray(value) && value.length <= ENTRIES_MAX) return value;
    this.fault(key, `Give a list of at most ${ENTRIES_MAX}`);
    return [];
  }

  #at(key: string): string {
    return this.path === "" ? key : `${this.path}.${key}`;
  }
}
