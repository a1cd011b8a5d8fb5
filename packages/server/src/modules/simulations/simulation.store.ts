import type { Db, Tx } from "../../platform/storage/postgres.ts";

/** A simulated business and how far it has been played; see migration 0019. Times are Unix ms. */
export type SimulationRow = {
  readonly workspaceId: number;
  readonly askedIn: number;
  readonly name: string;
  readonly seed: number;
  readonly people: number;
  readonly days: number;
  readonly endMs: number;
  readonly state: "filling" | "filled";
  readonly live: boolean;
  readonly speed: number;
  readonly anchorWallMs: number;
  readonly anchorModelMs: number;
  readonly eventsSent: number;
  readonly modelMs: number;
};

const ROWS_MAX = 200;

/** The simulation in a workspace and those asked for from it. */
export async function listSimulationRows(db: Db | Tx, workspaceId: number): Promise<readonly SimulationRow[]> {
  return db<SimulationRow[]>`
    select ${columns(db)} from simulation s join workspace w using (workspace_id)
    where s.workspace_id = ${workspaceId} or s.asked_in = ${workspaceId} order by s.workspace_id limit ${ROWS_MAX}`;
}

/** One of them, locked until the transaction ends. */
export async function lockSimulation(tx: Tx, workspaceId: number, simulation: number): Promise<SimulationRow | undefined> {
  const [row] = await tx<SimulationRow[]>`
    select ${columns(tx)} from simulation s join workspace w using (workspace_id)
    where s.workspace_id = ${simulation} and (s.workspace_id = ${workspaceId} or s.asked_in = ${workspaceId}) for update of s`;
  return row;
}

/** The one of this name that was asked for from a workspace. */
export async function findNamedSimulation(tx: Tx, workspaceId: number, name: string): Promise<SimulationRow | undefined> {
  const [row] = await tx<SimulationRow[]>`
    select ${columns(tx)} from simulation s join workspace w using (workspace_id)
    where (s.workspace_id = ${workspaceId} or s.asked_in = ${workspaceId}) and w.name = ${name} order by s.workspace_id limit 1`;
  return row;
}

export type NewSimulation = Pick<
  SimulationRow,
  "workspaceId" | "askedIn" | "seed" | "people" | "days" | "endMs" | "live" | "speed" | "modelMs"
>;

export async function insertSimulation(tx: Tx, row: NewSimulation): Promise<void> {
  await tx`
    insert into simulation (workspace_id, asked_in, seed, people, days, end_ms, live, speed, anchor_wall_ms, anchor_model_ms, model_ms)
    values (${row.workspaceId}, ${row.askedIn}, ${row.seed}, ${row.people}, ${row.days}, ${row.endMs}, ${row.live}, ${row.speed}, ${row.endMs}, ${row.endMs}, ${row.modelMs})`;
}

/** Lets it live or stand still, on a clock that runs from these instants. */
export async function updateLife(
  tx: Tx,
  workspaceId: number,
  life: Pick<SimulationRow, "live" | "speed" | "anchorWallMs" | "anchorModelMs">,
): Promise<void> {
  await tx`
    update simulation set live = ${life.live}, speed = ${life.speed}, anchor_wall_ms = ${life.anchorWallMs}, anchor_model_ms = ${life.anchorModelMs}
    where workspace_id = ${workspaceId}`;
}

/** Writes down how far it was played. */
export async function advanceSimulation(
  db: Db | Tx,
  workspaceId: number,
  at: { readonly eventsSent: number; readonly modelMs: number },
): Promise<void> {
  await db`update simulation set events_sent = ${at.eventsSent}, model_ms = ${at.modelMs} where workspace_id = ${workspaceId}`;
}

export async function finishFilling(db: Db | Tx, workspaceId: number): Promise<void> {
  await db`update simulation set state = 'filled', filled_at = now() where workspace_id = ${workspaceId} and state = 'filling'`;
}

export async function findSimulation(db: Db | Tx, workspaceId: number): Promise<SimulationRow | undefined> {
  const [row] = await db<SimulationRow[]>`
    select ${columns(db)} from simulation s join workspace w using (workspace_id) where s.workspace_id = ${workspaceId}`;
  return row;
}

/** Those that have to be played on, of every workspace. */
export async function loadPlayable(db: Db, isLifeAllowed: boolean): Promise<readonly SimulationRow[]> {
  return db<SimulationRow[]>`
    select /* all workspaces: whoever plays, plays all */ ${columns(db)} from simulation s join workspace w using (workspace_id)
    where w.label = 'simulated' and (s.state = 'filling' or (s.live and ${isLifeAllowed})) order by s.workspace_id limit ${ROWS_MAX}`;
}

function columns(db: Db | Tx) {
  return db`
    s.workspace_id as "workspaceId", s.asked_in as "askedIn", w.name, s.seed, s.people, s.days, s.end_ms::float8 as "endMs", s.state, s.live, s.speed,
    s.anchor_wall_ms::float8 as "anchorWallMs", s.anchor_model_ms::float8 as "anchorModelMs", s.events_sent::float8 as "eventsSent", s.model_ms::float8 as "modelMs"`;
}
