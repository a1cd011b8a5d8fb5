import { findPerson, getPerson, listPeople, unmaskPerson } from "@terrace/contract/api/people";
import { normaliseIdentity } from "@terrace/domain/identity/normalise-identity";
import type { FieldView } from "@terrace/domain/access/field-view";
import type { z } from "zod";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import type { Warehouse } from "../../platform/storage/clickhouse.ts";
import { inTransaction, type Db } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import type { Narrowing } from "./narrowing.views.ts";
import { listPeoplePage, type ListPlace, type PeopleFilter } from "./people-list.views.ts";
import { narrowBySearch, narrowByTrait } from "./people-search.ts";
import { loadClearValues, loadPerson } from "./person-page.ts";
import { loadRows } from "./person-picture.ts";
import { ownerOrThrow } from "./person-owner.ts";
import { isStoredId } from "./person.views.ts";

export type PeopleRouteDeps = {
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly privacy: PrivacyModule;
  readonly audit: AccessModule["audit"];
  readonly nowMs: () => number;
};

type ListQuery = z.output<typeof listPeople.query>;
/** The filters of the list, without order and page. */
export type PeopleFilterQuery = Omit<ListQuery, "limit" | "cursor" | "sort" | "direction">;

/** Finding people and looking at one. */
export function peopleRoutes(deps: PeopleRouteDeps): readonly RouteHandler[] {
  const { db } = deps;
  return [
    handle(listPeople, ({ query }, context) => listPage(deps, context, query)),
    handle(getPerson, async ({ params }, context) => personOrThrow(deps, context, params.person)),
    handle(findPerson, async ({ query }, context) => {
      const { workspaceId } = context;
      const id = normaliseIdentity(query.kind, query.value);
      if (!id.ok) throw notFound("value");
      return personOrThrow(deps, context, deps.privacy.originId(workspaceId, id.value.kind, id.value.value), false);
    }),
    handle(unmaskPerson, async ({ params, body }, { workspaceId, actor, ip, fields }) => {
      const personId = await ownerOrThrow(db, workspaceId, params.person);
      // First the record, then the values: what is not on record is not shown.
      await inTransaction(db, (tx) =>
        deps.audit(tx, { workspaceId, actor, action: "person.unmask", target: `person:${personId}`, detail: { reason: body.reason }, ip }),
      );
      return loadClearValues(deps, workspaceId, personId, fields);
    }),
  ];
}

async function listPage(deps: PeopleRouteDeps, context: RouteContext, query: ListQuery) {
  const { workspaceId, fields } = context;
  const now = new Date(deps.nowMs());
  const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, ["number", "number", "string"]);
  const page = await listPeoplePage(deps.db, workspaceId, await filterOf(deps, context, query, now), {
    sort: query.sort,
    direction: query.direction,
    limit: query.limit + 1,
    after: after === undefined ? undefined : cursorPlace(after),
  });
  const heads = page.heads.slice(0, query.limit);
  const last = heads.at(-1);
  const items = await loadRows(deps, workspaceId, heads, { now, view: fields });
  return {
    items,
    total: page.total,
    totalIsExact: page.totalIsExact,
    ...(page.heads.length > heads.length && last !== undefined
      ? {
          nextCursor: encodeCursor([
            heads.length <= page.exact ? 1 : 0,
            query.sort === "last_seen" ? last.lastSeenMs : last.firstSeenMs,
            last.personId,
          ]),
        }
      : {}),
  };
}

function cursorPlace([exact, atMs, personId]: readonly (string | number)[]): ListPlace {
  if (
    (exact === 0 || exact === 1) &&
    typeof atMs === "number" &&
    Number.isSafeInteger(atMs) &&
    typeof personId === "string" &&
    isStoredId(personId)
  )
    return { exact: exact === 1, atMs, personId };
  throw faultError("request.invalid", { field: "cursor", mend: "Use the nextCursor of the page before, unchanged" });
}

/** The conditions that a query of the list stands for, as far as the caller may ask for them. */
export async function filterOf(
  deps: Pick<PeopleRouteDeps, "db" | "privacy">,
  { workspaceId, fields }: Pick<RouteContext, "workspaceId" | "fields">,
  query: PeopleFilterQuery,
  now: Date,
): Promise<PeopleFilter> {
  refuseProbing(fields, query);
  const narrowings: Narrowing[] = [];
  if (query.search !== undefined && query.search.trim() !== "")
    narrowings.push(await narrowBySearch(deps, workspaceId, { typed: query.search, view: fields }));
  if (query.tag !== undefined) narrowings.push({ by: "tag", tag: query.tag, now });
  if (query.trait !== undefined && query.trait !== "") narrowings.push(narrowByTrait(deps.privacy, workspaceId, query.trait));
  if (query.segment !== undefined) narrowings.push({ by: "segment", segment: query.segment });
  if (query.identityKind !== undefined) narrowings.push({ by: "kind", kind: query.identityKind });
  return {
    identified: query.identified === undefined ? undefined : query.identified === "true",
    narrowings,
    seenFromMs: query.seenAfter === undefined ? undefined : Date.parse(query.seenAfter),
    seenToMs: query.seenBefore === undefined ? undefined : Date.parse(query.seenBefore),
  };
}

async function personOrThrow(deps: PeopleRouteDeps, context: RouteContext, asked: string, redirects = true) {
  const person = await loadPerson(deps, context.workspaceId, asked, context.fields);
  if (person === undefined) throw notFound("person");
  return { ...person, ...(redirects && person.id !== asked ? { redirectedFrom: asked } : {}) };
}

/** Who does not see a trait cannot ask for its values one by one either. */
function refuseProbing(view: FieldView, { trait }: PeopleFilterQuery): void {
  const key = trait?.split(":", 1)[0] ?? "";
  if (key !== "" && view.trait(key, "") !== "clear")
    throw faultError("field.hidden", { field: "trait", mend: "Filter by a trait your role sees", details: { trait: key } });
}

function notFound(field: string) {
  return faultError("person.not_found", { field, mend: "Search for the person by one of its ids" });
}
