import * as api from "@terrace/contract/api/program-costs";
import { DONE } from "@terrace/contract/route";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteHandler } from "../../platform/http/handler.ts";
import { inTransaction, type Db } from "../../platform/storage/postgres.ts";
import { deleteCost, insertCosts, loadCosts, type CostSpan } from "./cost.store.ts";
import { holdoutOrThrow, type Acting } from "./holdout.commands.ts";
import { findHoldout, loadGenerations } from "./holdout.store.ts";
import { turnOf } from "./report.ts";
import type { HoldoutDeps } from "./holdout-deps.ts";

/** What programs cost. */
export function costRoutes({ db, audit }: Pick<HoldoutDeps, "db" | "audit">): readonly RouteHandler[] {
  return [
    handle(api.bookProgramCosts, async ({ body }, context) => {
      const booked = await bookCosts({ db, audit }, context, body.items);
      return { booked, known: body.items.length - booked };
    }),
    handle(api.listProgramCosts, async ({ query: { cursor, limit, kind, key, holdout, generation } }, { workspaceId }) => {
      const [at, id] = cursor === undefined ? [] : decodeCursor(cursor, ["number", "string"]);
      const before = at === undefined || id === undefined ? undefined : { at: new Date(Number(at)), id: String(id) };
      const span = holdout === undefined ? undefined : await spanOf(db, workspaceId, holdout, generation);
      const rows = await loadCosts(db, workspaceId, { span, kind, key, before, limit: limit + 1 });
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
        const target = `program_cost:${params.cost}`;
        await audit(tx, { workspaceId, actor, action: "holdout.unbook", target, detail: { cost: params.cost }, ip });
      });
      return DONE;
    }),
  ];
}

/** Books costs that are not there yet, and answers how many. */
export async function bookCosts(
  { db, audit }: Pick<HoldoutDeps, "db" | "audit">,
  { workspaceId, actor, ip }: Acting,
  costs: readonly api.ProgramCost[],
): Promise<number> {
  return inTransaction(db, async (tx) => {
    const fresh = await insertCosts(tx, workspaceId, costs);
    const [first] = fresh;
    if (first !== undefined)
      await audit(tx, {
        workspaceId,
        actor,
        action: "holdout.book",
        target: `program_cost:${first}`,
        detail: detailOf(costs, new Set(fresh)),
        ip,
      });
    return fresh.length;
  });
}

/** What the report on a turn sums up. Throws `holdout.not_found`, `holdout.no_such_turn`. */
async function spanOf(db: Db, workspaceId: number, key: string, generation: number | undefined): Promise<CostSpan> {
  const { id, scope } = holdoutOrThrow(await findHoldout(db, workspaceId, key));
  const turn = turnOf((await loadGenerations(db, workspaceId, [id])).get(id) ?? [], generation);
  return { scope, from: new Date(turn.fromMs), to: turn.toMs === null ? null : new Date(turn.toMs) };
}

/** What was booked, as it goes on record: how many costs, of which programs, how much in all. */
function detailOf(costs: readonly api.ProgramCost[], fresh: ReadonlySet<string>): Readonly<Record<string, string | number>> {
  // Of an id that comes twice the first was booked.
  const booked = [...new Map(costs.toReversed().map((cost) => [cost.id, cost])).values()].filter(({ id }) => fresh.has(id));
  const programs = [...new Set(booked.map(({ program }) => `${program.kind}:${program.key}`))].toSorted();
  return {
    costs: booked.length,
    amountMinor: booked.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
    programs: programs.slice(0, PROGRAMS_NAMED).join(", "),
    morePrograms: Math.max(0, programs.length - PROGRAMS_NAMED),
  };
}

/** Programs that an entry of the log names; of others it says how many. */
const PROGRAMS_NAMED = 10;
