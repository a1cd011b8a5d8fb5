import type { FieldView } from "@terrace/domain/access/field-view";
import { isJsonObject, type Json } from "@terrace/domain/json";
import { createDetector, type Detector, type PersonalScope } from "@terrace/domain/personal/detect";
import { mask } from "@terrace/domain/personal/mask";
import { redactText } from "@terrace/domain/personal/redact-text";

/** Objects whose members are traits: a plain `name` in them is a person's. */
const TRAIT_HOLDERS = new Set(["traits", "$set", "$set_once", "profile", "userProperties"]);
/** Clear values beside their tokens, and what only repeats them. */
const LEFT_OUT = new Set(["secrets"]);
const DEPTH_MAX = 64;

/** A payload for the screen: readable, personal values masked. Text that is no JSON is masked as text. */
export function maskPayload(payload: string, isMarked: (key: string) => boolean, view: FieldView): string {
  const cover: typeof mask = (personalClass, value) => (view.ofClass(personalClass) === "hidden" ? "***" : mask(personalClass, value));
  let parsed: Json;
  try {
    parsed = JSON.parse(payload) as Json;
  } catch {
    return redactText(payload, cover);
  }
  const detectors = {
    plain: createDetector({ traits: false, isMarked }, cover),
    traits: createDetector({ traits: true, isMarked }, cover),
    cover,
    view,
  };
  return JSON.stringify(maskValue(parsed, { key: "", scope: "none", depth: 0, inTraits: false }, detectors), null, 2);
}

type Place = { readonly key: string; readonly scope: PersonalScope; readonly depth: number; readonly inTraits: boolean };
type Detectors = { readonly plain: Detector; readonly traits: Detector; readonly cover: typeof mask; readonly view: FieldView };

function maskValue(value: Json, place: Place, detectors: Detectors): Json {
  const detector = place.inTraits ? detectors.traits : detectors.plain;
  if (typeof value === "string") return detector.text(value, place.scope);
  if (typeof value === "number") return detector.number(value, place.scope, place.key);
  if (typeof value !== "object" || value === null) return value;
  if (place.depth >= DEPTH_MAX) return "…";
  if (!isJsonObject(value)) return value.map((element) => maskValue(element, { ...place, depth: place.depth + 1 }, detectors));
  const { kind, value: id } = value;
  // An identity, `{ kind, value }`: a foreign number or an unusual address is personal by its kind alone.
  if ((kind === "phone" || kind === "email") && typeof id === "string") return { ...value, value: detectors.cover(kind, id) };
  const { view } = detectors;
  const isHidden = (key: string): boolean => view.property(key, "") === "hidden" || view.trait(key, "") === "hidden";
  const isCovered = (key: string): boolean => view.property(key, "") === "masked" || view.trait(key, "") === "masked";
  const entries = Object.entries(value).filter(([key]) => !LEFT_OUT.has(key) && !isHidden(key));
  return Object.fromEntries(
    entries.map(([key, inner]) => {
      if (isCovered(key)) return [detector.key(key), "***"];
      const scope = detector.scopeOf(key, place.scope, true);
      return [
        detector.key(key),
        maskValue(inner, { key, scope, depth: place.depth + 1, inTraits: place.inTraits || TRAIT_HOLDERS.has(key) }, detectors),
      ];
    }),
  );
}
