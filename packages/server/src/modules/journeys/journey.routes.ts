import * as api from "@terrace/contract/api/journeys";
import { mendText } from "@terrace/domain/journeys/journey-faults";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import { enrol } from "./enrol.ts";
import { galleryRoutes } from "./gallery.routes.ts";
import { loadFigures } from "./figures.views.ts";
import type { JourneyDeps } from "./journey-deps.ts";
import {
  approve,
  archive,
  beginJourney,
  close,
  faultsOf,
  refuseUnseen,
  reject,
  reopen,
  saveDraft,
  setPaused,
  start,
  submit,
} from "./journey.commands.ts";
import { loadJourneys } from "./journey.store.ts";
import { viewJourney, viewJourneys } from "./journey.views.ts";
import { journeyOrThrow, peopleRoutes } from "./people.routes.ts";

/** Journeys, their versions and moves, and who is in them. */
export function journeyRoutes(deps: JourneyDeps): readonly RouteHandler[] {
  return [...definitionRoutes(deps), ...moveRoutes(deps), ...enrolmentRoutes(deps), ...peopleRoutes(deps), ...galleryRoutes(deps)];
}

function definitionRoutes(deps: JourneyDeps): readonly RouteHandler[] {
  return [
    handle(api.listJourneys, async ({ query: { cursor, limit, search = "", state } }, { workspaceId }) => {
      const before = cursor === undefined ? undefined : String(decodeCursor(cursor, ["id"])[0]);
      const rows = await loadJourneys(deps.db, workspaceId, { search, state, before, limit: limit + 1 });
      const items = await viewJourneys(deps, workspaceId, rows.slice(0, limit));
      const last = items.at(-1);
      return { items: [...items], ...(rows.length > limit && last !== undefined ? { nextCursor: encodeCursor([last.id]) } : {}) };
    }),
    handle(api.getJourney, ({ params, query }, { workspaceId }) => viewJourney(deps, workspaceId, params.journey, query.version)),
    handle(api.createJourney, async ({ body }, context) => viewJourney(deps, context.workspaceId, await beginJourney(deps, context, body))),
    handle(api.saveJourney, async ({ params, body }, context) => {
      await saveDraft(deps, context, { id: params.journey, ...body });
      return viewJourney(deps, context.workspaceId, params.journey);
    }),
    handle(api.checkJourneyDraft, async ({ body }, { workspaceId, fields }) => {
      refuseUnseen(body.definition, fields);
      const faults = await faultsOf(deps, workspaceId, body.definition);
      return { faults: faults.map((fault) => ({ ...fault, values: { ...fault.values }, text: mendText(fault) })) };
    }),
  ];
}

function moveRoutes(deps: JourneyDeps): readonly RouteHandler[] {
  const moved = async ({ workspaceId }: RouteContext, id: string, move: Promise<void>) => {
    await move;
    return viewJourney(deps, workspaceId, id);
  };
  return [
    handle(api.submitJourney, ({ params: { journey: id }, body }, context) => moved(context, id, submit(deps, context, { id, ...body }))),
    handle(api.approveJourney, ({ params: { journey: id }, body }, context) => moved(context, id, approve(deps, context, { id, ...body }))),
    handle(api.rejectJourney, ({ params: { journey: id }, body }, context) => moved(context, id, reject(deps, context, { id, ...body }))),
    handle(api.startJourney, ({ params: { journey: id }, body }, context) => moved(context, id, start(deps, context, { id, ...body }))),
    handle(api.pauseJourney, ({ params: { journey: id }, body }, context) =>
      moved(context, id, setPaused(deps, context, { id, ...body, paused: true })),
    ),
    handle(api.resumeJourney, ({ params: { journey: id }, body }, context) =>
      moved(context, id, setPaused(deps, context, { id, ...body, paused: false })),
    ),
    handle(api.closeJourney, ({ params: { journey: id }, body }, context) => moved(context, id, close(deps, context, { id, ...body }))),
    handle(api.reopenJourney, ({ params: { journey: id }, body }, context) => moved(context, id, reopen(deps, context, { id, ...body }))),
    handle(api.archiveJourney, ({ params: { journey: id }, body }, context) => moved(context, id, archive(deps, context, { id, ...body }))),
  ];
}

function enrolmentRoutes(deps: JourneyDeps): readonly RouteHandler[] {
  return [
    handle(api.enrolInJourney, ({ params, body }, { workspaceId }) => enrol(deps, workspaceId, params.journey, body.people)),
    handle(api.getJourneyFigures, async ({ params }, { workspaceId }) => {
      await journeyOrThrow(deps, workspaceId, params.journey);
      return loadFigures(deps.db, workspaceId, params.journey);
    }),
  ];
}
