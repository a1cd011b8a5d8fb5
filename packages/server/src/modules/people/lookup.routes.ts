import { lookUpPerson } from "@terrace/contract/api/person-lookup";
import { normaliseIdentity } from "@terrace/domain/identity/normalise-identity";
import type { z } from "zod";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import { displayOf } from "./field-display.ts";
import { findLookup } from "./lookup.views.ts";
import { openTraits, shownFields } from "./person-picture.ts";
import type { PeopleRouteDeps } from "./people.routes.ts";
import { isStoredId } from "./person.views.ts";

type LookupQuery = z.output<typeof lookUpPerson.query>;

/** The answer for servers that ask about a person at every request: one look at the database, unless personal traits are asked for. */
export function lookupRoutes(deps: PeopleRouteDeps): readonly RouteHandler[] {
  return [handle(lookUpPerson, ({ query }, context) => lookUp(deps, context, query))];
}

async function lookUp(deps: PeopleRouteDeps, context: RouteContext, query: LookupQuery) {
  const { workspaceId, fields } = context;
  const originId = originOf(deps, workspaceId, query);
  const asked = { traits: query.traits.filter((key) => fields.trait(key, "") !== "hidden"), now: new Date(deps.nowMs()) };
  const found = originId === undefined ? undefined : await findLookup(deps.db, workspaceId, { originId, ...asked });
  if (found === undefined)
    throw faultError("person.not_found", { field: "value", mend: "Ask by an id that events or imports brought here" });
  const opened = await openTraits(deps, workspaceId, found);
  const display = displayOf(fields, opened);
  return {
    id: found.personId,
    segments: [...found.segments],
    tags: [...found.tags],
    classes: found.classes.flatMap(({ trait, value, ...named }) => {
      const shown = display.field("trait", trait, value);
      // A value that is kept from the caller is not told by its name either.
      return shown === value ? [{ ...named, value }] : [];
    }),
    traits: shownFields("trait", found.traits, display),
  };
}

/** The id as it is stored; undefined for what can be nobody's. */
function originOf({ privacy }: PeopleRouteDeps, workspaceId: number, { kind, value }: LookupQuery): string | undefined {
  if (kind === "person") return isStoredId(value) ? value : undefined;
  const id = normaliseIdentity(kind, value);
  return id.ok ? privacy.originId(workspaceId, id.value.kind, id.value.value) : undefined;
}
