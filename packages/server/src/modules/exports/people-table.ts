import { IDENTITY_KINDS } from "@terrace/domain/identity/identity-kinds";
import { isJsonObject, type Json, type JsonObject } from "@terrace/domain/json";
import { WHOLE_PERSON, type PersonParts } from "../people/module.ts";
import { commonKeys, fieldColumn, nestedColumn, restColumn, type Column } from "./export-source.ts";

/** The columns of a table of people: those asked for, or the fixed ones with one for each of these traits. Plain data, to be handed to a thread. */
export type PeopleColumns = { readonly asked: readonly string[] } | { readonly traits: readonly string[] };

const TRAIT_COLUMNS_MAX = 100;
const SEPARATOR = "; ";
const TRAIT = "traits.";
const OTHER_TRAITS = "other_traits";

const FIXED: readonly Column[] = [
  fieldColumn("id", "id"),
  fieldColumn("name", "displayName"),
  fieldColumn("identified", "identified", "boolean"),
  ...IDENTITY_KINDS.map((kind): Column => ({ name: kind, type: "text", read: (record) => idsOfKind(record, kind) })),
  { name: "tags", type: "text", read: ({ tags }) => (Array.isArray(tags) ? tags.map(String).join(SEPARATOR) : undefined) },
  fieldColumn("first_seen_at", "firstSeenAt", "time"),
  fieldColumn("last_seen_at", "lastSeenAt", "time"),
];
const BY_NAME = new Map(FIXED.map((column) => [column.name, column]));

/** Names of the columns that everyone has. */
export const PEOPLE_COLUMNS: readonly string[] = [...FIXED.map(({ name }) => name), OTHER_TRAITS];

/** The column of a name, or undefined when there cannot be one. */
export function peopleColumn(name: string): Column | undefined {
  if (name.startsWith(TRAIT)) return nestedColumn("traits", name.slice(TRAIT.length));
  return name === OTHER_TRAITS ? restColumn(name, "traits", new Set()) : BY_NAME.get(name);
}

/** The traits of some people that get a column of their own when no columns are asked for. */
export function commonTraits(sample: readonly JsonObject[]): readonly string[] {
  return commonKeys(sample, "traits", TRAIT_COLUMNS_MAX);
}

export function columnsOf(columns: PeopleColumns): readonly Column[] {
  if ("asked" in columns) return columns.asked.flatMap((name) => peopleColumn(name) ?? []);
  const { traits } = columns;
  return [...FIXED, ...traits.map((key) => nestedColumn("traits", key)), restColumn(OTHER_TRAITS, "traits", new Set(traits))];
}

/** What must be known of a person to fill these columns. */
export function partsOf(columns: PeopleColumns): PersonParts {
  if (!("asked" in columns)) return WHOLE_PERSON;
  const asked = new Set(columns.asked);
  return {
    name: asked.has("name"),
    identities: asked,
    tags: asked.has("tags"),
    traits: asked.has(OTHER_TRAITS)
      ? "all"
      : new Set(columns.asked.flatMap((name) => (name.startsWith(TRAIT) ? [name.slice(TRAIT.length)] : []))),
  };
}

function idsOfKind({ identities }: JsonObject, kind: string): Json | undefined {
  if (!Array.isArray(identities)) return undefined;
  let values: string | undefined;
  for (const identity of identities as readonly Json[]) {
    if (!isJsonObject(identity) || identity["kind"] !== kind || typeof identity["value"] !== "string") continue;
    values = values === undefined ? identity["value"] : `${values}${SEPARATOR}${identity["value"]}`;
  }
  return values;
}
