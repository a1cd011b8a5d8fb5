import type { PersonalClass } from "../event/feed-event.ts";

/** How much of a value someone sees. Weakest first. */
export const FIELD_VISIBILITIES = ["hidden", "masked", "clear"] as const;
export type FieldVisibility = (typeof FIELD_VISIBILITIES)[number];

export const PERSONAL_CLASSES = [
  "phone",
  "email",
  "id_card",
  "name",
  "address",
  "ip",
  "marked",
] as const satisfies readonly PersonalClass[];

/**
 * What a role sees beyond the default, by class of personal data, by trait and by event property; the rule of a name wins over that of
 * a class. Without a rule personal values are masked, and shown in clear for a stated reason to whoever may unmask; a rule `masked`
 * or `hidden` holds even then.
 */
export type FieldRules = {
  readonly classes: Readonly<Partial<Record<PersonalClass, FieldVisibility>>>;
  readonly traits: Readonly<Record<string, FieldVisibility>>;
  readonly properties: Readonly<Record<string, FieldVisibility>>;
};

/** The name under which a rule for traits holds for the notes that operators write about people. */
export const NOTES_TRAIT = "$notes";

export const NO_FIELD_RULES: FieldRules = { classes: {}, traits: {}, properties: {} };

/** What one caller sees. Everything personal that leaves the server goes through one of these. */
export type FieldView = {
  /** Views with the same key show the same: for caches. */
  readonly key: string;
  /** A personal value that stands in no named field: an id, a note, a text. */
  readonly ofClass: (personalClass: PersonalClass) => FieldVisibility;
  /** A trait; the class is empty for values that are not personal. */
  readonly trait: (key: string, personalClass: PersonalClass | "") => FieldVisibility;
  /** A property of an event. */
  readonly property: (name: string, personalClass: PersonalClass | "") => FieldVisibility;
  /** Whether some personal values are shown in clear without asking: such answers are audited. */
  readonly showsClear: boolean;
  /** Whether some classes, or some traits, are kept from the caller: then they cannot be searched by either. */
  readonly restricts: { readonly classes: boolean; readonly traits: boolean };
  /** The view after a reason was given and audited; the same for whoever may not unmask. */
  readonly unmasked: () => FieldView;
  /** Told of each personal value that is shown in clear: where it stands (a class, `trait:…`, `property:…`), and the value or its token. */
  readonly onClear: (where: string, value: string) => void;
};

/** The same view, of which somebody wants to know what it shows in clear. What a stated reason unmasks is put on record with its reason. */
export function watchedView(view: FieldView, onClear: FieldView["onClear"]): FieldView {
  return { ...view, onClear };
}

/** Makes the view of someone with these rules. `mayUnmask`: holds people:unmask; without it nothing personal is ever clear. */
export function fieldView(rules: FieldRules, mayUnmask: boolean): FieldView {
  return viewOf(rules, mayUnmask, "masked");
}

/** The view everyone has who has no rules of their own: everything personal masked. */
export const DEFAULT_FIELD_VIEW: FieldView = fieldView(NO_FIELD_RULES, false);

type StoredRules = readonly (readonly [string, FieldVisibility])[];

/** The view with a key, for whoever it had to travel to: functions do not. */
export function fieldViewOf(key: string): FieldView {
  // Written below, in this shape.
  const [withoutRule, mayUnmask, classes, traits, properties] = JSON.parse(key) as [
    FieldVisibility,
    boolean,
    StoredRules,
    StoredRules,
    StoredRules,
  ];
  const rules = { classes: Object.fromEntries(classes), traits: Object.fromEntries(traits), properties: Object.fromEntries(properties) };
  return viewOf(rules, mayUnmask, withoutRule);
}

function viewOf(rules: FieldRules, mayUnmask: boolean, withoutRule: FieldVisibility): FieldView {
  const allowed = (visibility: FieldVisibility, personalClass: PersonalClass | ""): FieldVisibility =>
    visibility === "clear" && personalClass !== "" && !mayUnmask ? "masked" : visibility;
  const ofClass = (personalClass: PersonalClass | ""): FieldVisibility =>
    personalClass === "" ? "clear" : allowed(rules.classes[personalClass] ?? withoutRule, personalClass);
  const named =
    (byName: Readonly<Record<string, FieldVisibility>>) =>
    (name: string, personalClass: PersonalClass | ""): FieldVisibility => {
      const rule = Object.hasOwn(byName, name) ? byName[name] : undefined;
      return rule === undefined ? ofClass(personalClass) : allowed(rule, personalClass);
    };
  const clearRules = [rules.classes, rules.traits, rules.properties].some((part) => Object.values(part).includes("clear"));
  return {
    key: JSON.stringify([withoutRule, mayUnmask, ...[rules.classes, rules.traits, rules.properties].map(sorted)]),
    ofClass,
    trait: named(rules.traits),
    property: named(rules.properties),
    showsClear: mayUnmask && (withoutRule === "clear" || clearRules),
    restricts: {
      classes: Object.values(rules.classes).includes("hidden"),
      traits: Object.values(rules.traits).some((rule) => rule !== "clear"),
    },
    unmasked: () => viewOf(rules, mayUnmask, mayUnmask ? "clear" : "masked"),
    onClear: () => undefined,
  };
}

function sorted(part: Readonly<Record<string, FieldVisibility>>): StoredRules {
  return Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** Names of the fields of which `given` shows more than `own`, at once or after unmasking. */
export function fieldsBeyond(
  own: { readonly rules: FieldRules; readonly mayUnmask: boolean },
  given: { readonly rules: FieldRules; readonly mayUnmask: boolean },
): readonly string[] {
  const pairs = [
    [fieldView(own.rules, own.mayUnmask), fieldView(given.rules, given.mayUnmask)],
    [fieldView(own.rules, own.mayUnmask).unmasked(), fieldView(given.rules, given.mayUnmask).unmasked()],
  ] as const;
  const rank = (visibility: FieldVisibility): number => FIELD_VISIBILITIES.indexOf(visibility);
  const classes = ["", ...PERSONAL_CLASSES] as const;
  const names = (part: "traits" | "properties") => [...new Set([...Object.keys(own.rules[part]), ...Object.keys(given.rules[part])])];
  const shows = (more: (mine: FieldView, theirs: FieldView) => boolean): boolean => pairs.some(([mine, theirs]) => more(mine, theirs));
  return [
    ...PERSONAL_CLASSES.filter((one) => shows((mine, theirs) => rank(theirs.ofClass(one)) > rank(mine.ofClass(one)))),
    ...names("traits").filter((key) =>
      classes.some((one) => shows((mine, theirs) => rank(theirs.trait(key, one)) > rank(mine.trait(key, one)))),
    ),
    ...names("properties").filter((key) =>
      classes.some((one) => shows((mine, theirs) => rank(theirs.property(key, one)) > rank(mine.property(key, one)))),
    ),
  ];
}
