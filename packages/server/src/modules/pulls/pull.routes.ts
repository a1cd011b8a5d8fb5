import type { AuditActionOf } from "@terrace/contract/audit-actions";
import * as api from "@terrace/contract/api/pulls";
import { DONE } from "@terrace/contract/route";
import type { JsonObject } from "@terrace/domain/json";
import { nextRunMs } from "@terrace/domain/pulls/schedule";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import { sealText } from "../../platform/sealed-text.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { BeginRunsDeps } from "./begin-runs.ts";
import { checkPull, type PullBody } from "./check-pull.ts";
import { presentPull, presentRun } from "./present-pull.ts";
import { keepSecrets, openPlace, sealPlace, type PullPlace } from "./pull-place.ts";
import {
  countPulls,
  deletePull,
  findPull,
  insertPull,
  loadPulls,
  lockPull,
  PULLS_MAX,
  replacePull,
  scheduleOf,
  steerPull,
  type PullRow,
  type PullSteering,
} from "./pull.store.ts";
import { loadLastRuns, loadRuns } from "./pull-run.store.ts";

export type PullRouteDeps = BeginRunsDeps & { readonly audit: AccessModule["audit"] };

const ID = /^[1-9]\d{0,17}$/;

/** Managing what is fetched by itself. */
export function pullRoutes(deps: PullRouteDeps): readonly RouteHandler[] {
  return [...reading(deps), createRoute(deps), updateRoute(deps), steerRoute(deps), deleteRoute(deps)];
}

function reading(deps: PullRouteDeps): readonly RouteHandler[] {
  const { db, privacy } = deps;
  return [
    handle(api.listPulls, async (_input, { workspaceId }) => {
      const pulls = await loadPulls(db, workspaceId);
      const ids = pulls.map(({ id }) => id);
      const runs = await loadLastRuns(db, workspaceId, ids);
      return { items: pulls.map((pull) => presentPull(privacy, pull, runs.get(pull.id))) };
    }),
    handle(api.listPullRuns, async ({ params, query }, { workspaceId }) => {
      const { id } = required(await findPull(db, workspaceId, idOf(params.pull)));
      const beforeId = query.cursor === undefined ? undefined : String(decodeCursor(query.cursor, ["id"])[0]);
      const rows = await loadRuns(db, workspaceId, id, { beforeId, limit: query.limit + 1 });
      const page = rows.slice(0, query.limit);
      const last = page.at(-1);
      return {
        items: page.map(presentRun),
        ...(rows.length > page.length && last !== undefined ? { nextCursor: encodeCursor([last.id]) } : {}),
      };
    }),
  ];
}

function createRoute(deps: PullRouteDeps): RouteHandler {
  return handle(api.createPull, async ({ body }, context) => {
    await checkPull(deps.outbound, body, body.place, body.since !== undefined);
    const { workspaceId, actor } = context;
    const id = await inTransaction(deps.db, async (tx) => {
      if ((await countPulls(tx, workspaceId)) >= PULLS_MAX)
        throw faultError("request.conflict", { mend: `A workspace has at most ${PULLS_MAX} pulls; delete those not in use` });
      const made = await insertPull(tx, workspaceId, {
        ...given(deps, body, body.place),
        // The first run shows at once whether it works.
        nextRunAt: new Date(deps.nowMs()),
        since: sealedSince(deps, body) ?? null,
        createdBy: actor,
      });
      await record(deps, tx, context, { action: "pull.create", id: made, detail: detailOf(body, body.place) });
      return made;
    });
    return viewOf(deps, context, id);
  });
}

function updateRoute(deps: PullRouteDeps): RouteHandler {
  return handle(api.updatePull, async ({ params, body }, context) => {
    const { workspaceId } = context;
    const id = idOf(params.pull);
    const before = required(await findPull(deps.db, workspaceId, id));
    await checkPull(deps.outbound, body, placeAfter(deps, body, before), body.since !== undefined || before.since !== null);
    const nextRunAt = await nextOf(deps, workspaceId, body.schedule);
    await inTransaction(deps.db, async (tx) => {
      // Judged again under the lock: somebody may have put in another server's secret meanwhile.
      const place = placeAfter(deps, body, required(await lockPull(tx, workspaceId, id)));
      await replacePull(tx, workspaceId, id, { ...given(deps, body, place), nextRunAt, since: sealedSince(deps, body) });
      await record(deps, tx, context, { action: "pull.update", id, detail: detailOf(body, place) });
    });
    return viewOf(deps, context, id);
  });
}

function steerRoute(deps: PullRouteDeps): RouteHandler {
  return handle(api.steerPull, async ({ params, body }, context) => {
    const { workspaceId, actor } = context;
    if (body.to === "run") await deps.outbound.requireReleased();
    const pull = required(await findPull(deps.db, workspaceId, idOf(params.pull)));
    const to: Record<typeof body.to, PullSteering> = {
      run: { askedBy: actor },
      pause: { paused: true },
      resume: { paused: false, nextRunAt: await nextOf(deps, workspaceId, scheduleOf(pull)) },
    };
    await inTransaction(deps.db, async (tx) => {
      await steerPull(tx, workspaceId, pull.id, to[body.to]);
      await record(deps, tx, context, { action: `pull.ask_${body.to}`, id: pull.id, detail: { name: pull.name } });
    });
    return viewOf(deps, context, pull.id);
  });
}

function deleteRoute(deps: PullRouteDeps): RouteHandler {
  return handle(api.deletePull, async ({ params }, context) => {
    const id = idOf(params.pull);
    await inTransaction(deps.db, async (tx) => {
      const name = required(await deletePull(tx, context.workspaceId, id));
      await record(deps, tx, context, { action: "pull.delete", id, detail: { name } });
    });
    return DONE;
  });
}

function placeAfter({ privacy }: PullRouteDeps, { place }: PullBody, before: PullRow): PullPlace {
  const kept = keepSecrets(place, openPlace(privacy, before.place));
  if (kept !== "secret_needed") return kept;
  throw faultError("request.invalid", {
    field: place.kind === "http" ? "place.headers" : "place.password",
    mend: "Give the secret again: it is not sent to another server, as another user, or less protected than it was given for",
  });
}

function given({ privacy }: PullRouteDeps, { name, mapping, schedule }: PullBody, place: PullPlace) {
  return { name, place: sealPlace(privacy, place), mapping, schedule };
}

function sealedSince({ privacy }: PullRouteDeps, { since }: PullBody): Uint8Array | undefined {
  return since === undefined ? undefined : sealText(privacy, since);
}

async function nextOf(deps: PullRouteDeps, workspaceId: number, schedule: PullBody["schedule"]): Promise<Date> {
  return new Date(nextRunMs(schedule, (await deps.workspace(workspaceId))?.timeZone ?? "UTC", deps.nowMs()));
}

async function viewOf({ db, privacy }: PullRouteDeps, { workspaceId }: RouteContext, id: string) {
  const pull = required(await findPull(db, workspaceId, id));
  return presentPull(privacy, pull, (await loadLastRuns(db, workspaceId, [id])).get(id));
}

/** Where to and when; never with what secrets, nor the query, which may hold values. */
function detailOf({ name, schedule }: PullBody, place: PullPlace): JsonObject {
  const host = place.kind === "http" ? (URL.parse(place.url)?.host ?? "") : `${place.host}:${place.port}`;
  return { name, kind: place.kind, host, ...schedule };
}

type Act = { readonly action: AuditActionOf<"pull">; readonly id: string; readonly detail: JsonObject };

async function record(deps: PullRouteDeps, tx: Tx, { workspaceId, actor, ip }: RouteContext, { action, id, detail }: Act): Promise<void> {
  await deps.audit(tx, { workspaceId, actor, action, target: `pull:${id}`, detail, ip });
}

function idOf(text: string): string {
  return required(ID.test(text) ? text : undefined);
}

function required<T>(found: T | undefined): T {
  if (found === undefined) throw faultError("pull.not_found", { field: "pull", mend: "See the list of pulls" });
  return found;
}
