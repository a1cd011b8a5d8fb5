import type { FieldView, FieldVisibility } from "@terrace/domain/access/field-view";
import type { PersonalClass } from "@terrace/domain/event/feed-event";
import type { Json } from "@terrace/domain/json";
import { mask } from "@terrace/domain/personal/mask";
import { redactText } from "@terrace/domain/personal/redact-text";
import { inClear, masked, reveal, revealText, tokenClass, type Reveal } from "./personal-text.ts";

/** A value ready for an answer, whose contract declares lists and objects that may be written to. */
export type Shown = string | number | boolean | null | Shown[] | { [key: string]: Shown };

/** Stands where a value is kept from the caller. */
export const OUT_OF_SIGHT = "***";

/** How one caller sees one set of opened values. */
export type FieldDisplay = {
  readonly view: FieldView;
  /** A text that stands in no named field: an id, a name, a key. */
  readonly text: Reveal;
  /** A trait or a property as the caller sees it; undefined when it is hidden. */
  readonly field: (place: "trait" | "property", name: string, value: Json) => Shown | undefined;
};

/** Shows opened values as a view says; every answer with personal values goes through here. */
export function displayOf(view: FieldView, opened: ReadonlyMap<string, string>): FieldDisplay {
  const [asMask, asClear] = [masked(opened), inClear(opened)];
  type Stands = { readonly where: string; readonly visibility: FieldVisibility };
  const shown = ({ where, visibility }: Stands, personalClass: PersonalClass, token: string): string => {
    if (visibility === "hidden") return OUT_OF_SIGHT;
    if (visibility === "masked") return asMask(personalClass, token);
    if (opened.has(token)) view.onClear(where, token);
    return asClear(personalClass, token);
  };
  const by =
    (standsOf: (personalClass: PersonalClass) => Stands): Reveal =>
    (personalClass, token) =>
      shown(standsOf(personalClass), personalClass, token);
  const named = (place: "trait" | "property", name: string): string => `${place}:${revealText(name, asMask)}`;
  const within = (place: "trait" | "property", name: string): Reveal =>
    by((personalClass) => ({ where: named(place, name), visibility: view[place](name, personalClass) }));
  return {
    view,
    text: by((personalClass) => ({ where: personalClass, visibility: view.ofClass(personalClass) })),
    field: (place, name, value) => {
      const whole = typeof value === "string" ? (tokenClass(value) ?? "") : "";
      const visibility = view[place](name, whole);
      if (visibility === "hidden") return undefined;
      if (typeof value === "string" && whole !== "") return shown({ where: named(place, name), visibility }, whole, value);
      if (visibility === "masked") return OUT_OF_SIGHT;
      if (typeof value !== "object" || value === null) return typeof value === "string" ? revealText(value, within(place, name)) : value;
      // Lists and objects come out newly made, so nobody else sees them written to.
      return reveal(value, within(place, name)) as Shown;
    },
  };
}

/** A text that somebody wrote by hand, with what looks personal in it as a view says. */
export function textSeen(text: string, view: FieldView): string {
  return redactText(text, (personalClass, value) => personalSeen(personalClass, value, view));
}

/** A value that is personal as a whole and never was a token, as a view says. */
export function personalSeen(personalClass: PersonalClass, value: string, view: FieldView): string {
  const visibility = view.ofClass(personalClass);
  if (visibility === "hidden") return OUT_OF_SIGHT;
  if (visibility === "masked") return mask(personalClass, value);
  view.onClear(personalClass, value);
  return value;
}
