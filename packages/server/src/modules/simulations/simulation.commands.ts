import { fail, ok, type Result } from "@terrace/domain/result";
import { objectionTo, planOf } from "../../../../simulator/src/plan.ts";
import { CHANNELS } from "../../../../simulator/src/channels.ts";
import { startOf } from "../../../../simulator/src/calendar.ts";
import { inTransaction, type Db, type Tx } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import { saveChannelTermsRow } from "../insight/module.ts";
import { insertProgram } from "../referrals/module.ts";
import { modelTimeOf } from "./clocks.ts";
import {
  findNamedSimulation,
  findSimulation,
  insertSimulation,
  lockSimulation,
  updateLife,
  type SimulationRow,
} from "./simulation.store.ts";

export type SimulationDeps = {
  readonly db: Db;
  readonly access: Pick<AccessModule, "audit" | "openWorkspaceBeside">;
  readonly nowMs: () => number;
};

export type SimulationActor = { readonly workspaceId: number; readonly actor: string; readonly ip: string };

export type SimulationOrder = {
  readonly name: string;
  readonly people: number;
  readonly days: number;
  readonly seed: number;
  /** Where its past ends (ISO time); now when left out. */
  readonly end?: string | undefined;
  readonly live: boolean;
  readonly speed: number;
};

/** What the first start makes: a size that fills within a minute on two cores. */
export const FIRST_SIMULATION: SimulationOrder = { name: "模拟数据", people: 20_000, days: 180, seed: 1, live: true, speed: 1 };

/**
 * Makes a workspace of its own, labelled as simulated, and has it filled: simulated events can never get among real ones. The same order again
 * answers with what is there. Faults: request.invalid, simulation.exists (the name is taken by another order).
 */
export async function orderSimulation(deps: SimulationDeps, who: SimulationActor, order: SimulationOrder): Promise<Result<SimulationRow>> {
  const objection = objectionTo(order);
  if (objection !== undefined) return fail("request.invalid", objection);
  const endMs = order.end === undefined ? deps.nowMs() : Date.parse(order.end);
  if (endMs > deps.nowMs()) return fail("request.invalid", { field: "end", mend: "The past of a simulation ends now or earlier" });
  return inTransaction(deps.db, async (tx) => {
    const known = await findNamedSimulation(tx, who.workspaceId, order.name);
    if (known !== undefined) return takeKnown(deps, tx, who, { known, order });
    const workspaceId = await deps.access.openWorkspaceBeside(tx, who, {
      name: order.name,
      timeZone: "Asia/Shanghai",
      currency: "CNY",
      label: "simulated",
    });
    const { people, days, seed, live, speed } = order;
    const modelMs = startOf(planOf({ people, days, seed, endMs }).firstDay);
    await insertSimulation(tx, { workspaceId, askedIn: who.workspaceId, seed, people, days, endMs, live, speed, modelMs });
    await nameChannels(tx, workspaceId, { by: who.actor, at: new Date(deps.nowMs()) });
    await beginReferrals(tx, workspaceId, { by: who.actor, at: new Date(deps.nowMs()) });
    await deps.access.audit(tx, {
      ...who,
      action: "simulation.start",
      target: `workspace:${workspaceId}`,
      detail: { name: order.name, people, days, seed, live, speed },
    });
    return present(await findSimulation(tx, workspaceId));
  });
}

/** Its figures of channels go by their names, its visits by where they came from: one channel, as an operator would say it. */
async function nameChannels(tx: Tx, workspaceId: number, { by, at }: { readonly by: string; readonly at: Date }): Promise<void> {
  for (const { name, context } of CHANNELS)
    await saveChannelTermsRow(tx, workspaceId, {
      channel: name,
      kind: context.utmMedium === "kol" ? "kol" : "channel",
      aliases: context.utmSource === undefined ? [] : [context.utmSource],
      shareBasisPoints: 0,
      feeMinor: 0,
      feeFrom: null,
      feeTo: null,
      updatedBy: by,
      updatedAt: at,
    });
}

/** Its members bring others, who name them when they register. */
async function beginReferrals(tx: Tx, workspaceId: number, { by, at }: { readonly by: string; readonly at: Date }): Promise<void> {
  await insertProgram(tx, {
    workspaceId,
    name: "老带新",
    settings: {
      landing: "https://example.com/invited",
      parameter: "ref",
      whoInvites: "everyone",
      newPeopleOnly: true,
      bindWithinDays: 90,
      convertWithinDays: 30,
      creditDepth: 1,
      bindBy: { event: "Signed Up", property: "referrer_id" },
    },
    event: "Order Completed",
    where: null,
    createdAt: at,
    createdBy: by,
  });
}

async function takeKnown(
  deps: SimulationDeps,
  tx: Tx,
  who: SimulationActor,
  { known, order }: { readonly known: SimulationRow; readonly order: SimulationOrder },
): Promise<Result<SimulationRow>> {
  if (known.people !== order.people || known.days !== order.days || known.seed !== order.seed)
    return fail("simulation.exists", {
      field: "name",
      mend: `It has ${known.people} people, ${known.days} days and seed ${known.seed}; choose another name, or ask for the same`,
      details: { people: known.people, days: known.days, seed: known.seed },
    });
  return known.live === order.live && known.speed === order.speed ? ok(known) : changeLife(deps, tx, who, { known, life: order });
}

/** Lets a simulated business live, or stand still. Fault: simulation.not_found. */
export async function setLife(
  deps: SimulationDeps,
  who: SimulationActor,
  simulation: number,
  life: { readonly live: boolean; readonly speed?: number | undefined },
): Promise<Result<SimulationRow>> {
  return inTransaction(deps.db, async (tx) => {
    const known = await lockSimulation(tx, who.workspaceId, simulation);
    if (known === undefined)
      return fail("simulation.not_found", { field: "simulation", mend: "Name a workspace that is labelled as simulated" });
    return changeLife(deps, tx, who, { known, life: { live: life.live, speed: life.speed ?? known.speed } });
  });
}

async function changeLife(
  deps: SimulationDeps,
  tx: Tx,
  who: SimulationActor,
  { known, life }: { readonly known: SimulationRow; readonly life: Pick<SimulationRow, "live" | "speed"> },
): Promise<Result<SimulationRow>> {
  const { live, speed } = life;
  await updateLife(tx, known.workspaceId, { ...anchorOf(known, speed, deps.nowMs()), live, speed });
  await deps.access.audit(tx, {
    ...who,
    action: live ? "simulation.live" : "simulation.stop",
    target: `workspace:${known.workspaceId}`,
    detail: { name: known.name, speed },
  });
  return present(await findSimulation(tx, known.workspaceId));
}

/** The clock a business goes on by: another speed begins where the old one stands; the same speed keeps its clock, and what was missed is caught up. */
function anchorOf(known: SimulationRow, speed: number, nowMs: number): Pick<SimulationRow, "anchorWallMs" | "anchorModelMs"> {
  const { anchorWallMs, anchorModelMs } = known;
  if (speed === known.speed || known.state === "filling") return { anchorWallMs, anchorModelMs };
  return { anchorWallMs: nowMs, anchorModelMs: known.live ? modelTimeOf(known, nowMs) : Math.max(known.modelMs, known.endMs) };
}

function present(row: SimulationRow | undefined): Result<SimulationRow> {
  if (row === undefined) throw new Error("the simulation just written is not there");
  return ok(row);
}
