import type { Json, JsonObject } from "../json.ts";
import { createDetector, type Detector } from "../personal/detect.ts";
import { keyClassOf } from "../personal/key-class.ts";
import { redactText, type Hide } from "../personal/redact-text.ts";
import { isComputedTrait } from "../traits/computed-traits.ts";
import { fail, ok, type Fault, type Result } from "../result.ts";
import type { TraitChange } from "./feed-event.ts";
import { cleanKey, sanitiseProperties } from "./sanitise-properties.ts";

export type ValueOp = "set" | "set_once" | "append" | "increment";

/** Trait changes fit for storage, and what had to be done to them. */
export type CleanTraits = { readonly changes: readonly TraitChange[]; readonly notes: readonly string[] };

/** One change per key. A null takes a `set` trait away, as the protocols that allow null mean it. */
export function changesOf(op: ValueOp, values: JsonObject | undefined): readonly TraitChange[] {
  if (values === undefined) return [];
  const changes: TraitChange[] = [];
  for (const key of Object.keys(values)) {
    const value = values[key];
    if (value === undefined) continue;
    if (value === null) {
      if (op === "set") changes.push({ op: "unset", key });
    } else if (op === "increment") {
      // What is not a number is found and refused when the changes are cleaned.
      changes.push({ op, key, value: value as number });
    } else changes.push({ op, key, value });
  }
  return changes;
}

/** One `unset` per name. */
export function unsetsOf(names: readonly unknown[]): readonly TraitChange[] {
  return names.filter((name) => typeof name === "string" && name !== "").map((key) => ({ op: "unset", key: key as string }));
}

/**
 * Cleans changes in clear: storable values, personal ones replaced by tokens, and harmless facets beside them (`$has_phone`,
 * `$email_domain`). Fault `event.traits_invalid` for an increment that is not a number, or traits too many or too deep.
 */
export function cleanTraits(raw: readonly TraitChange[], hide: Hide, isMarked: (key: string) => boolean): Result<CleanTraits> {
  if (raw.length === 0) return NO_TRAITS;
  if (raw.length > TRAITS_MAX) return fail("event.traits_invalid", { field: "traits", mend: `Send at most ${TRAITS_MAX} traits` });
  const detector = createDetector({ traits: true, isMarked }, hide);
  const changes: TraitChange[] = [];
  const notes: string[] = [];
  for (const change of raw) {
    if (change.op !== "clear" && isComputedTrait(change.key)) notes.push(`reserved:${change.key}`);
    else if (change.op === "clear") changes.push(change);
    else if (change.op === "unset") {
      const key = cleanKey(redactText(change.key, hide));
      changes.push({ op: "unset", key }, ...facetUnsets(key));
    } else {
      const fault = cleanValueChange(change, detector, { changes, notes });
      if (fault !== undefined) return { ok: false, fault };
    }
  }
  return ok({ changes, notes });
}

const NO_TRAITS: Result<CleanTraits> = ok({ changes: [], notes: [] });
const TRAITS_MAX = 255;

type ValueChange = Exclude<TraitChange, { readonly op: "unset" | "clear" }>;

function cleanValueChange(
  change: ValueChange,
  detector: Detector,
  out: { readonly changes: TraitChange[]; readonly notes: string[] },
): Fault | undefined {
  if (change.op === "increment" && (typeof change.value !== "number" || !Number.isFinite(change.value)))
    return { code: "event.traits_invalid", field: "traits", mend: "An increment is a number" };
  const cleaned = sanitiseProperties({ [change.key]: change.value }, detector);
  if (!cleaned.ok) return traitFault(cleaned.fault);
  out.notes.push(...cleaned.value.notes);
  for (const [key, value] of Object.entries(cleaned.value.properties)) {
    if (change.op !== "increment") out.changes.push({ op: change.op, key, value }, ...facets(change.op, key, change.value, value));
    // A number that looked like a phone is kept out of a sum: nobody adds to phone numbers.
    else if (typeof value === "number") out.changes.push({ op: "increment", key, value });
  }
  return undefined;
}

function traitFault(fault: Fault): Fault {
  return { ...fault, code: "event.traits_invalid", field: "traits" };
}

function facets(op: "set" | "set_once" | "append", key: string, clear: Json, stored: Json): readonly TraitChange[] {
  if (op === "append" || typeof stored !== "string" || !stored.startsWith("~")) return [];
  const keyClass = keyClassOf(key);
  if (keyClass === "phone") return [{ op, key: "$has_phone", value: true }];
  if (keyClass !== "email" || typeof clear !== "string") return [];
  const domain = clear
    .slice(clear.lastIndexOf("@") + 1)
    .trim()
    .toLowerCase();
  return /^[a-z0-9.-]{3,255}$/.test(domain) ? [{ op, key: "$email_domain", value: domain }] : [];
}

function facetUnsets(key: string): readonly TraitChange[] {
  const keyClass = keyClassOf(key);
  if (keyClass === "phone") return [{ op: "unset", key: "$has_phone" }];
  return keyClass === "email" ? [{ op: "unset", key: "$email_domain" }] : [];
}
