import { keyClassOf } from "./key-class.ts";

/** What a property or trait is: no personal data, a kind of it, `other` personal data, or sensitive personal data (PIPL article 28). */
export const PROPERTY_CLASSES = ["none", "phone", "email", "id_card", "name", "address", "ip", "other", "sensitive"] as const;
export type PropertyClass = (typeof PROPERTY_CLASSES)[number];

/** Kinds whose leak or misuse easily harms a person. An id-card number identifies for life. */
export const SENSITIVE_CLASSES: ReadonlySet<PropertyClass> = new Set(["id_card", "sensitive"]);

export type PropertyScope = "property" | "trait";

/** What Terrace recognises by itself: by the name, or because values that are personal were seen. */
export function detectedClass(scope: PropertyScope, name: string, sawPersonal: boolean): PropertyClass {
  const key = keyClassOf(name);
  if (key === "trait_name") return scope === "trait" ? "name" : sawPersonal ? "other" : "none";
  if (key !== "none") return key;
  return sawPersonal ? "other" : "none";
}

/** Whether a class set by an operator must hide values: those that a name says are personal are hidden already, under a token of their own kind. */
export function classHides(scope: PropertyScope, name: string, chosen: PropertyClass): boolean {
  return chosen !== "none" && detectedClass(scope, name, false) === "none";
}
