import { listPeople } from "@terrace/contract/api/people";
import { IDENTITY_KINDS } from "@terrace/domain/identity/identity-kinds";
import { isJsonObject, type Json, type JsonObject } from "@terrace/domain/json";
import { parseInput } from "../../platform/http/input-fault.ts";
import type { PeopleModule } from "../people/module.ts";
import { commonKeys, fieldColumn, nestedColumn, restColumn, type Column, type ExportSource } from "./export-source.ts";

const filterSchema = listPeople.query.omit({ limit: true, cursor: true, sort: true, direction: true });
const TRAIT_COLUMNS_MAX = 100;
const SEPARATOR = "; ";

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

/** People with their ids, traits and tags; the filters are those of the list. */
export function peopleSource(people: Pick<PeopleModule, "exportPeople">): ExportSource {
  return {
    what: "people",
    permission: "people:read",
    canBeClear: true,
    columns: [...FIXED.map(({ name }) => name), "other_traits"],
    filters: Object.keys(filterSchema.shape),
    checkFilters: (filters) => void parseInput(filterSchema, filters, "query"),
    column: (name) => {
      if (name.startsWith("traits.")) return nestedColumn("traits", name.slice("traits.".length));
      return name === "other_traits" ? restColumn(name, "traits", new Set()) : BY_NAME.get(name);
    },
    defaultColumns: (sample) => {
      const keys = commonKeys(sample, "traits", TRAIT_COLUMNS_MAX);
      return [...FIXED, ...keys.map((key) => nestedColumn("traits", key)), restColumn("other_traits", "traits", new Set(keys))];
    },
    read: async function* ({ grant, filters, view, facts }) {
      for await (const page of people.exportPeople(grant, parseInput(filterSchema, filters, "query"), { view, facts }))
        yield page.map((person) => ({ terrace: "person", ...(facts ? {} : { masked: true }), ...asJson(person) }));
    },
  };
}

function idsOfKind({ identities }: JsonObject, kind: string): Json | undefined {
  if (!Array.isArray(identities)) return undefined;
  const values = identities.flatMap((identity: Json) =>
    isJsonObject(identity) && identity["kind"] === kind && typeof identity["value"] === "string" ? [identity["value"]] : [],
  );
  return values.length === 0 ? undefined : values.join(SEPARATOR);
}

/** Types without an index signature are JSON objects all the same. */
function asJson(value: object): JsonObject {
  return value as JsonObject;
}
