import * as api from "@terrace/contract/api/program-costs";
import { DONE } from "@terrace/contract/route";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteHandler } from "../../platform/http/handler.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import { deleteCost, insertCosts, loadCosts } from "./cost.store.ts";
import type { HoldoutDeps } from "./holdout-deps.ts";

/** What programs cost. */
export function costRoutes({ db, audit }: Pick<HoldoutDeps, "db" | "audit">): readonly RouteHandler[] {
  return [
    handle(api.bookProgramCosts, async ({ body }, { workspaceId }) => {
      const booked = await inTransaction(db, (tx) => insertCosts(tx, workspaceId, body.items));
      return { booked, known: body.items.length - booked };
    }),
    handle(api.listProgramCosts, async ({ query: { cursor, limit, kind, key } }, { workspaceId }) => {
      const [at, id] = cursor === undefined ? [] : decodeCursor(cursor, ["number", "string"]);
      const before = at === undefined || id === undefined ? undefined : { at: new Date(Number(at)), id: String(id) };
      const rows = await loadCosts(db, workspaceId, { kind, key, before, limit: limit + 1 });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        items: [...page],
        ...(rows.length > limit && last !== undefined ? { nextCursor: encodeCursor([Date.parse(last.at), last.id]) } : {}),
      };
    }),
    handle(api.deleteProgramCost, async ({ params }, { workspaceId, actor, ip }) => {
      await inTransaction(db, async (tx) => {
        if (!(await deleteCost(tx, workspaceId, params.cost)))
          throw faultError("holdout.no_such_cost", { field: "cost", mend: "Name a cost by the id it was booked with" });
        const target = `holdout:${params.cost}`;
        await audit(tx, { workspaceId, actor, action: "holdout.unbook", target, detail: { cost: params.cost }, ip });
      });
      return DONE;
    }),
  ];
}
