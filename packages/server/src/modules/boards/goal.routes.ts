import * as api from "@terrace/contract/api/goals";
import { DONE } from "@terrace/contract/route";
import { goalPeriod } from "@terrace/domain/insight/boards/goal-period";
import { goalTarget } from "@terrace/domain/insight/boards/goal-range";
import { faultError, valueOrThrow } from "../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import { countGoals, deleteGoal, GOALS_MAX, insertGoal, loadGoals, updateGoal, type GoalStored } from "./goal.store.ts";
import type { BoardDeps } from "./board-deps.ts";
import { ID } from "./saved-analysis.store.ts";

/** Goals of metrics by period. */
export function goalRoutes(deps: BoardDeps): readonly RouteHandler[] {
  const { db, nowMs } = deps;
  return [
    handle(api.listGoals, async ({ query }, { workspaceId }) => {
      const goals = (await loadGoals(db, workspaceId, { metric: query.metric, unit: query.unit })).map(goalView);
      const { on } = query;
      return { items: on === undefined ? goals : goals.filter(({ startsOn, endsBefore }) => startsOn <= on && on < endsBefore) };
    }),
    handle(api.createGoal, async ({ body }, context) => {
      const { workspaceId, actor } = context;
      valueOrThrow(goalPeriod(body.unit, body.startsOn));
      valueOrThrow(goalTarget(await deps.metric(workspaceId, body.metric), body.target));
      const made = await inTransaction(db, async (tx) => {
        if ((await countGoals(tx, workspaceId)) >= GOALS_MAX)
          throw faultError("saved.too_many", { mend: `A workspace has at most ${GOALS_MAX} goals; delete those not in use` });
        const goal = await insertGoal(tx, workspaceId, { ...body, createdAt: new Date(nowMs()), createdBy: actor });
        if (goal === undefined) throw faultError("goal.exists", { field: "startsOn", mend: "Change the goal that is there" });
        await record(deps, tx, context, { verb: "create", goal });
        return goal;
      });
      return goalView(made);
    }),
    handle(api.updateGoal, async ({ params, body }, context) => {
      const changed = await inTransaction(db, async (tx) => {
        const goal = await updateGoal(tx, context.workspaceId, idOf(params.goal), body);
        if (goal === undefined) throw unknownGoal();
        if (body.target !== undefined) valueOrThrow(goalTarget(await deps.metric(context.workspaceId, goal.metric), body.target));
        await record(deps, tx, context, { verb: "update", goal });
        return goal;
      });
      return goalView(changed);
    }),
    handle(api.deleteGoal, async ({ params }, context) => {
      await inTransaction(db, async (tx) => {
        const goal = await deleteGoal(tx, context.workspaceId, idOf(params.goal));
        if (goal === undefined) throw unknownGoal();
        await record(deps, tx, context, { verb: "delete", goal });
      });
      return DONE;
    }),
  ];
}

/** A goal as the API shows it. */
export function goalView(row: GoalStored): api.Goal {
  const { to } = valueOrThrow(goalPeriod(row.unit, row.startsOn));
  return { ...row, endsBefore: to, createdAt: row.createdAt.toISOString() };
}

type Act = { readonly verb: "create" | "update" | "delete"; readonly goal: GoalStored };

async function record(deps: BoardDeps, tx: Tx, { workspaceId, actor, ip }: RouteContext, { verb, goal }: Act): Promise<void> {
  const { metric, unit, startsOn, target } = goal;
  const detail = { metric, unit, startsOn, target };
  await deps.audit(tx, { workspaceId, actor, action: `goal.${verb}`, target: `goal:${goal.id}`, detail, ip });
}

function idOf(id: string): string {
  if (!ID.test(id)) throw unknownGoal();
  return id;
}

function unknownGoal(): Error {
  return faultError("goal.not_found", { field: "goal" });
}
