import * as api from "@terrace/contract/api/journeys";
import { mendText } from "@terrace/domain/journeys/journey-faults";
import { faultError } from "../../platform/http/fault-error.ts";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import { enrol } from "./enrol.ts";
import type { JourneyDeps } from "./journey-deps.ts";
import { approve, archive, beginJourney, faultsOf, reject, saveDraft, setPaused, start, submit } from "./journey.commands.ts";
import { findJourney, loadJourneys } from "./journey.store.ts";
import { loadEnrolments, loadFigures, loadPath, viewJourney, viewJourneys } from "./journey.views.ts";

/** Journeys, their versions and moves, and who is in them. */
export function journeyRoutes(deps: JourneyDeps): readonly RouteHandler[] {
  return [...definitionRoutes(deps), ...moveRoutes(deps), ...enrolmentRoutes(deps)];
}

function definitionRoutes(deps: JourneyDeps): readonly RouteHandler[] {
  return [
    handle(api.listJourneys, async ({ query: { cursor, limit } }, { workspaceId }) => {
      const before = cursor === undefined ? undefined : String(decodeCursor(cursor, ["id"])[0]);
      const rows = await loadJourneys(deps.db, workspaceId, { before, limit: limit + 1 });
      const items = await viewJourneys(deps.db, workspaceId, rows.slice(0, limit));
      const last = items.at(-1);
      return { items: [...items], ...(rows.length > limit && last !== undefined ? { nextCursor: encodeCursor([last.id]) } : {}) };
    }),
    handle(api.getJourney, ({ params, query }, { workspaceId }) => viewJourney(deps, workspaceId, params.journey, query.version)),
    handle(api.createJourney, async ({ body }, context) => viewJourney(deps, context.workspaceId, await beginJourney(deps, context, body))),
    handle(api.saveJourney, async ({ params, body }, context) => {
      await saveDraft(deps, context, { id: params.journey, ...body });
      return viewJourney(deps, context.workspaceId, params.journey);
    }),
    handle(api.checkJourneyDraft, async ({ body }, { workspaceId }) => ({
      faults: (await faultsOf(deps, workspaceId, body.definition)).map((fault) => ({
        ...fault,
        values: { ...fault.values },
        text: mendText(fault),
      })),
    })),
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
    handle(api.archiveJourney, ({ params: { journey: id }, body }, context) => moved(context, id, archive(deps, context, { id, ...body }))),
  ];
}

function enrolmentRoutes(deps: JourneyDeps): readonly RouteHandler[] {
  return [
    handle(api.enrolInJourney, ({ params, body }, { workspaceId }) => enrol(deps, workspaceId, params.journey, body.people)),
    handle(api.listEnrolments, async ({ params, query }, context) => {
      const { workspaceId } = context;
      await journeyOrThrow(deps, workspaceId, params.journey);
      const { cursor, limit, state, node } = query;
      const before = cursor === undefined ? undefined : String(decodeCursor(cursor, ["id"])[0]);
      const rows = await loadEnrolments(deps.db, workspaceId, { journeyId: params.journey, state, node, before, limit: limit + 1 });
      const page = rows.slice(0, limit);
      const names = await deps.people.displayNames(
        workspaceId,
        page.map(({ originId }) => originId),
        context.fields,
      );
      const last = page.at(-1);
      return {
        items: page.map(({ originId, ...row }) => {
          const person = names.get(originId);
          return { ...row, person: { id: person?.personId ?? originId, displayName: person?.displayName ?? "" } };
        }),
        ...(rows.length > limit && last !== undefined ? { nextCursor: encodeCursor([last.id]) } : {}),
      };
    }),
    handle(api.getEnrolmentPath, async ({ params }, { workspaceId }) => ({
      items: await loadPath(deps.db, workspaceId, { journeyId: params.journey, id: params.enrolment }),
    })),
    handle(api.getJourneyFigures, async ({ params }, { workspaceId }) => {
      await journeyOrThrow(deps, workspaceId, params.journey);
      return loadFigures(deps.db, workspaceId, params.journey);
    }),
  ];
}

async function journeyOrThrow(deps: JourneyDeps, workspaceId: number, id: string): Promise<void> {
  if ((await findJourney(deps.db, workspaceId, id)) === undefined)
    throw faultError("journey.not_found", { field: "journey", mend: "Choose a journey of this workspace" });
}
