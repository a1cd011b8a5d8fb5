import * as changeApi from "@terrace/contract/api/flag-changes";
import * as environmentApi from "@terrace/contract/api/flag-environments";
import * as reportApi from "@terrace/contract/api/flag-reports";
import * as api from "@terrace/contract/api/flags";
import { DONE } from "@terrace/contract/route";
import { compileFlag } from "@terrace/domain/flags/compile-flag";
import { evaluateFlag } from "@terrace/domain/flags/evaluate-flag";
import { namedPeople } from "@terrace/domain/flags/names-people";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import { chooseKey, putEnvironment, removeEnvironment } from "./environment.commands.ts";
import { loadClientKeys, loadEnvironments } from "./environment.store.ts";
import { loadChanges, type ChangeRow } from "./flag-change.store.ts";
import { changeFlag, makeFlag, restoreVersion, switchArchive, switchKill, unknownFlag } from "./flag.commands.ts";
import type { FlagDeps } from "./flag-deps.ts";
import { problemOfAttributes } from "./edge/context.ts";
import { findFlag, loadFlags, loadStanding, loadVersions, type FlagRow } from "./flag.store.ts";
import { loadConflicts } from "./given-arms.views.ts";
import type { LiveFeatures } from "./live/live-features.ts";
import { decide, type Decision } from "./review.commands.ts";
import { openDefinition } from "./sealed-definition.ts";
import { viewExperimentRules } from "./experiment-rules.views.ts";
import { loadStale } from "./stale.views.ts";

type Deps = FlagDeps & { readonly look: LiveFeatures["look"] };

/** Flags, their versions and reviews, environments and the keys that lead to them. */
export function flagRoutes(deps: Deps): readonly RouteHandler[] {
  return [...flagReads(deps), ...flagWrites(deps), ...changeRoutes(deps), ...environmentRoutes(deps)];
}

function flagReads(deps: Deps): readonly RouteHandler[] {
  return [
    handle(api.listFlags, async ({ query }, { workspaceId }) => {
      const after = query.cursor === undefined ? undefined : String(decodeCursor(query.cursor, ["string"])[0]);
      const { search, limit } = query;
      const rows = await loadFlags(deps.db, workspaceId, { archived: query.archived === "true", search, after, limit: limit + 1 });
      return paged(
        rows,
        limit,
        (row) => viewOf(deps, row),
        ({ key }) => [key],
      );
    }),
    handle(api.getFlag, ({ params }, { workspaceId }) => flagView(deps, workspaceId, params.flag)),
    handle(api.listFlagVersions, async ({ params, query }, { workspaceId }) => {
      const flag = await findFlag(deps.db, workspaceId, params.flag);
      if (flag === undefined) throw unknownFlag();
      const below = query.cursor === undefined ? undefined : Number(decodeCursor(query.cursor, ["number"])[0]);
      const rows = await loadVersions(deps.db, workspaceId, { flagId: flag.id, below, limit: query.limit + 1 });
      return paged(
        rows,
        query.limit,
        (row) => ({ ...row, definition: openDefinition(deps, row.definition), at: row.at.toISOString() }),
        ({ version }) => [version],
      );
    }),
    handle(api.tryFlag, async ({ params, body }, { workspaceId }) => {
      const problem = problemOfAttributes(body.attributes);
      if (problem !== undefined) throw faultError("request.invalid", { field: "attributes", mend: `Send a smaller context: ${problem}` });
      const now = new Date(deps.nowMs()).toISOString();
      const [rows, standings] = await Promise.all([loadStanding(deps.db, workspaceId), deps.standings(deps.db, workspaceId)]);
      if (!rows.some(({ key }) => key === params.flag)) throw unknownFlag();
      const features = Object.fromEntries(
        rows.map((row) => {
          const definition = openDefinition(deps, row.definition);
          return [row.key, compileFlag({ ...row, definition }, body.environment, now, standings)];
        }),
      );
      const { value, reason, variant = null, ruleId = null, given } = evaluateFlag(features, params.flag, { attributes: body.attributes });
      const experiment =
        given === undefined ? null : { key: given.experiment, arm: given.arm, bucket: given.bucket, remembered: given.remembered };
      // What was read as JSON is written as JSON.
      return { value: structuredClone(value) as never, reason, variant, rule: ruleId, experiment };
    }),
    handle(reportApi.listExperimentRules, async (_input, { workspaceId }) => ({
      items: [...(await viewExperimentRules(deps, workspaceId))],
    })),
    handle(reportApi.listStaleFlags, async ({ query }, { workspaceId }) => ({
      items: (await loadStale(deps, workspaceId, query.days)).map((one) => ({ ...one, value: one.value as never })),
    })),
    handle(reportApi.getAssignmentConflicts, async ({ params, query }, { workspaceId }) => {
      const { people, conflicts, items } = await loadConflicts(deps.db, workspaceId, { experiment: params.experiment, limit: query.limit });
      return { people, conflicts, items: [...items] };
    }),
  ];
}

function flagWrites(deps: Deps): readonly RouteHandler[] {
  const after = async (work: Promise<void>, { workspaceId }: RouteContext, key: string): Promise<api.FlagView> => {
    await work;
    // This process serves the change at once; others notice it within a second.
    await deps.look();
    return flagView(deps, workspaceId, key);
  };
  return [
    handle(api.createFlag, ({ body }, context) => after(makeFlag(deps, context, body), context, body.key)),
    handle(api.updateFlag, ({ params, body }, context) => after(changeFlag(deps, context, params.flag, body), context, params.flag)),
    handle(api.restoreFlagVersion, ({ params, body }, context) =>
      after(restoreVersion(deps, context, { key: params.flag, version: params.version }, body), context, params.flag),
    ),
    handle(api.killFlag, ({ params, body }, context) =>
      after(switchKill(deps, context, params.flag, { killed: true, note: body.note }), context, params.flag),
    ),
    handle(api.reviveFlag, ({ params, body }, context) =>
      after(switchKill(deps, context, params.flag, { killed: false, note: body.note }), context, params.flag),
    ),
    handle(api.archiveFlag, ({ params }, context) => after(switchArchive(deps, context, params.flag, true), context, params.flag)),
    handle(api.unarchiveFlag, ({ params }, context) => after(switchArchive(deps, context, params.flag, false), context, params.flag)),
  ];
}

function changeRoutes(deps: Deps): readonly RouteHandler[] {
  const decided = async (context: RouteContext, id: string, decision: Decision): Promise<changeApi.FlagChangeView> => {
    await decide(deps, context, id, decision);
    await deps.look();
    const [change] = await loadChanges(deps.db, context.workspaceId, { id, limit: 1 });
    if (change === undefined) throw new Error("a change that was decided is gone");
    return changeView(deps, change);
  };
  return [
    handle(changeApi.listFlagChanges, async ({ query }, { workspaceId }) => {
      const before = query.cursor === undefined ? undefined : String(decodeCursor(query.cursor, ["id"])[0]);
      const { state, flag, experiment, limit } = query;
      const rows = await loadChanges(deps.db, workspaceId, { state, flag, experiment, before, limit: limit + 1 });
      return paged(
        rows,
        limit,
        (row) => changeView(deps, row),
        ({ id }) => [id],
      );
    }),
    handle(changeApi.approveFlagChange, ({ params, body }, context) =>
      decided(context, params.change, { act: "approve", reason: body.reason }),
    ),
    handle(changeApi.rejectFlagChange, ({ params, body }, context) =>
      decided(context, params.change, { act: "reject", reason: body.reason }),
    ),
    handle(changeApi.withdrawFlagChange, ({ params }, context) => decided(context, params.change, { act: "withdraw", reason: "" })),
  ];
}

function environmentRoutes(deps: Deps): readonly RouteHandler[] {
  return [
    handle(environmentApi.listFlagEnvironments, async (_input, { workspaceId }) => ({
      items: [...(await loadEnvironments(deps.db, workspaceId))],
    })),
    handle(environmentApi.putFlagEnvironment, async ({ params, body }, context) => {
      await putEnvironment(deps, context, { key: params.environment, ...body });
      await deps.look();
      return { key: params.environment, ...body };
    }),
    handle(environmentApi.deleteFlagEnvironment, async ({ params }, context) => {
      await removeEnvironment(deps, context, params.environment);
      await deps.look();
      return DONE;
    }),
    handle(environmentApi.listFlagKeys, async (_input, { workspaceId }) => ({ items: [...(await loadClientKeys(deps.db, workspaceId))] })),
    handle(environmentApi.putFlagKey, async ({ params, body }, context) => {
      const row = await chooseKey(deps, context, { keyId: params.key, environment: body.environment });
      await deps.look();
      return row;
    }),
  ];
}

/** One row more than the page was asked for says that there is another page. */
function paged<Row, Item>(
  rows: readonly Row[],
  limit: number,
  view: (row: Row) => Item,
  place: (row: Row) => readonly (string | number)[],
): { items: Item[]; nextCursor?: string } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const items = page.map(view);
  return rows.length > limit && last !== undefined ? { items, nextCursor: encodeCursor(place(last)) } : { items };
}

/** Throws `flag.not_found`. */
async function flagView(deps: Deps, workspaceId: number, key: string): Promise<api.FlagView> {
  const row = await findFlag(deps.db, workspaceId, key);
  if (row === undefined) throw unknownFlag();
  return viewOf(deps, row);
}

function viewOf(deps: Deps, { id: _id, definition, expiresAt, archivedAt, ...row }: FlagRow): api.FlagView {
  const opened = openDefinition(deps, definition);
  return {
    ...row,
    definition: opened,
    namesPeople: namedPeople(opened) !== undefined,
    expiresAt: expiresAt?.toISOString() ?? null,
    archived: archivedAt !== null,
    createdAt: row.createdAt.toISOString(),
    changedAt: row.changedAt.toISOString(),
  };
}

function changeView(deps: Deps, { asker: _asker, of: one, ...row }: ChangeRow): changeApi.FlagChangeView {
  const flag = "flag" in one ? one.flag : null;
  return {
    ...row,
    flag: flag === null ? null : flag.key,
    definition: flag === null ? null : openDefinition(deps, flag.definition),
    before: flag === null ? null : openDefinition(deps, flag.before),
    experiment: "move" in one ? one.move : null,
    askedAt: row.askedAt.toISOString(),
    decidedAt: row.decidedAt?.toISOString() ?? null,
  };
}
