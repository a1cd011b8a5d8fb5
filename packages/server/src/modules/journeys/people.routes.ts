import * as api from "@terrace/contract/api/journeys";
import * as peopleApi from "@terrace/contract/api/journeys-people";
import { BYTE_ORDER_MARK, csvLine } from "@terrace/domain/exports/csv-line";
import { Readable } from "node:stream";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import { loadEnrolments, loadPath, type EnrolmentRow } from "./enrolment.views.ts";
import type { JourneyDeps } from "./journey-deps.ts";
import { findJourney, findJourneys, loadDefinitions, type Journey } from "./journey.store.ts";

const ROWS_PER_PAGE = 1_000;
const COLUMNS = [
  "enrolment",
  "person",
  "name",
  "state",
  "version",
  "key",
  "entered_at",
  "node",
  "due_at",
  "goal_at",
  "ended_at",
  "end_reason",
];

/** Who is in journeys, and the way of each. */
export function peopleRoutes(deps: JourneyDeps): readonly RouteHandler[] {
  return [
    handle(api.listEnrolments, async ({ params, query }, context) => {
      await journeyOrThrow(deps, context.workspaceId, params.journey);
      const { state, node, parked } = query;
      const asked = { journeyId: params.journey, state, node, parked: parked !== undefined };
      return pageOfRows(
        query,
        (place) => loadEnrolments(deps.db, context.workspaceId, { ...asked, ...place }),
        (rows) => withNames(deps, context, rows),
      );
    }),
    handle(api.getEnrolmentPath, async ({ params }, context) => {
      const { journey: journeyId, enrolment: id } = params;
      const rows = await loadEnrolments(deps.db, context.workspaceId, { journeyId, enrolmentId: id, before: undefined, limit: 1 });
      const [enrolment] = await withNames(deps, context, rows);
      if (enrolment === undefined)
        throw faultError("journey.not_found", { field: "enrolment", mend: "Choose one of the journey's enrolments" });
      return { enrolment, items: await loadPath(deps.db, context.workspaceId, { journeyId, id }) };
    }),
    handle(peopleApi.listPersonJourneys, async ({ params, query }, { workspaceId }) => {
      const { originIds } = await deps.people.personOf(workspaceId, params.person);
      return pageOfRows(
        query,
        (place) => loadEnrolments(deps.db, workspaceId, { originIds, ...place }),
        (rows) => withJourneys(deps, workspaceId, rows),
      );
    }),
    handle(peopleApi.exportEnrolments, async ({ params }, context) => {
      const { workspaceId, actor, ip, fields } = context;
      const { id, name } = await journeyOrThrow(deps, workspaceId, params.journey);
      const detail = { values: fields.showsClear ? "by role" : "masked" };
      await inTransaction(deps.db, (tx) =>
        deps.audit(tx, { workspaceId, actor, action: "journey.export", target: `journey:${id}`, detail, ip }),
      );
      context.setHeader("content-disposition", `attachment; filename*=UTF-8''${encodeURIComponent(`${name}.csv`)}`);
      return { stream: Readable.from(lines(deps, context, id), { objectMode: false }), contentType: "text/csv; charset=utf-8" };
    }),
  ];
}

/** Throws `journey.not_found`. */
export async function journeyOrThrow(deps: JourneyDeps, workspaceId: number, id: string): Promise<Journey> {
  const journey = await findJourney(deps.db, workspaceId, id);
  if (journey === undefined) throw faultError("journey.not_found", { field: "journey", mend: "Choose a journey of this workspace" });
  return journey;
}

type Place = { readonly before: string | undefined; readonly limit: number };

async function pageOfRows<Item>(
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
  load: (place: Place) => Promise<readonly EnrolmentRow[]>,
  toItems: (rows: readonly EnrolmentRow[]) => Promise<Item[]>,
): Promise<{ items: Item[]; nextCursor?: string }> {
  const rows = await load({ before: cursor === undefined ? undefined : String(decodeCursor(cursor, ["id"])[0]), limit: limit + 1 });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { items: await toItems(page), ...(rows.length > limit && last !== undefined ? { nextCursor: encodeCursor([last.told.id]) } : {}) };
}

async function withNames(
  deps: JourneyDeps,
  { workspaceId, fields }: RouteContext,
  rows: readonly EnrolmentRow[],
): Promise<api.EnrolmentView[]> {
  const ids = rows.map(({ originId }) => originId);
  const names = await deps.people.displayNames(workspaceId, ids, fields);
  return rows.map(({ originId, told }) => {
    const person = names.get(originId);
    return { ...told, person: { id: person?.personId ?? originId, displayName: person?.displayName ?? "" } };
  });
}

async function withJourneys(deps: JourneyDeps, workspaceId: number, rows: readonly EnrolmentRow[]): Promise<peopleApi.PersonEnrolment[]> {
  const journeys = new Map(
    (
      await findJourneys(
        deps.db,
        workspaceId,
        rows.map(({ journeyId }) => journeyId),
      )
    ).map((one) => [one.id, one]),
  );
  const definitionOf = await loadDefinitions(
    deps.db,
    deps.privacy,
    workspaceId,
    rows.map(({ journeyId, told: { version } }) => ({ journeyId, version })),
  );
  return rows.flatMap(({ journeyId, told }) => {
    const journey = journeys.get(journeyId);
    if (journey === undefined) return [];
    const { id, name, state } = journey;
    const at = definitionOf({ journeyId, version: told.version })?.nodes.find((node) => node.id === told.node);
    return [{ ...told, journey: { id, name, state }, nodeName: at?.name ?? "" }];
  });
}

async function* lines(deps: JourneyDeps, context: RouteContext, journeyId: string): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK + csvLine(COLUMNS);
  let before: string | undefined;
  for (;;) {
    const page = await loadEnrolments(deps.db, context.workspaceId, { journeyId, before, limit: ROWS_PER_PAGE });
    const rows = await withNames(deps, context, page);
    yield rows
      .map(({ id, person, state, version, key, enteredAt, node, dueAt, goalAt, endedAt, endReason }) =>
        csvLine(
          [id, person.id, person.displayName, state, String(version), key, enteredAt, node, dueAt, goalAt, endedAt, endReason].map(
            (cell) => cell ?? "",
          ),
        ),
      )
      .join("");
    before = page.at(-1)?.told.id;
    if (page.length < ROWS_PER_PAGE) return;
  }
}
