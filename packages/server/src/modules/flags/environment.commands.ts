import { faultError } from "../../platform/http/fault-error.ts";
import type { RouteContext } from "../../platform/http/handler.ts";
import type { Tx } from "../../platform/storage/postgres.ts";
import {
  countKeysOf,
  deleteEnvironmentRow,
  ENVIRONMENTS_MAX,
  keepFirstEnvironments,
  loadClientKeys,
  loadEnvironments,
  PRODUCTION,
  saveClientKey,
  saveEnvironment,
  type ClientKeyRow,
  type EnvironmentRow,
} from "./environment.store.ts";
import { changing } from "./flag.commands.ts";
import type { FlagDeps } from "./flag-deps.ts";

/** Makes an environment or changes it. Throws `flag_environment.too_many`. */
export async function putEnvironment(deps: FlagDeps, context: RouteContext, asked: EnvironmentRow): Promise<void> {
  const { workspaceId } = context;
  await changing(deps, workspaceId, async (tx) => {
    await keepFirstEnvironments(tx, workspaceId);
    const known = await loadEnvironments(tx, workspaceId);
    const isNew = known.every(({ key }) => key !== asked.key);
    if (isNew && known.length >= ENVIRONMENTS_MAX)
      throw faultError("flag_environment.too_many", {
        mend: `A workspace has at most ${ENVIRONMENTS_MAX} environments; delete those not in use`,
      });
    await saveEnvironment(tx, workspaceId, asked, known.length);
    const detail = { name: asked.name, review: String(asked.review) };
    await record(deps, tx, context, { action: isNew ? "flag_environment.create" : "flag_environment.update", target: asked.key, detail });
  });
}

/** Deletes an environment; what flags say of it is kept and means nothing. Throws `flag_environment.not_found`, `flag_environment.in_use`. */
export async function removeEnvironment(deps: FlagDeps, context: RouteContext, key: string): Promise<void> {
  const { workspaceId } = context;
  await changing(deps, workspaceId, async (tx) => {
    await keepFirstEnvironments(tx, workspaceId);
    if (key === PRODUCTION)
      throw faultError("flag_environment.in_use", { field: "environment", mend: "Keep production: keys without a choice get it" });
    if ((await countKeysOf(tx, workspaceId, key)) > 0)
      throw faultError("flag_environment.in_use", {
        field: "environment",
        mend: "Give the keys that lead to it another environment first",
      });
    if (!(await deleteEnvironmentRow(tx, workspaceId, key))) throw unknownEnvironment();
    await record(deps, tx, context, { action: "flag_environment.delete", target: key, detail: {} });
  });
}

/** Throws `key.not_found`, `flag_environment.not_found`. */
export async function chooseKey(
  deps: FlagDeps,
  context: RouteContext,
  { keyId, environment }: { readonly keyId: string; readonly environment: string },
): Promise<ClientKeyRow> {
  const { workspaceId } = context;
  let chosen: ClientKeyRow | undefined;
  await changing(deps, workspaceId, async (tx) => {
    await keepFirstEnvironments(tx, workspaceId);
    if ((await loadEnvironments(tx, workspaceId)).every(({ key }) => key !== environment)) throw unknownEnvironment();
    const [row] = /^[1-9]\d{0,17}$/.test(keyId) ? await loadClientKeys(tx, workspaceId, keyId) : [];
    if (row === undefined) throw faultError("key.not_found", { field: "key", mend: "Name a live write key" });
    await saveClientKey(tx, workspaceId, keyId, environment);
    await record(deps, tx, context, { action: "flag_environment.key", target: environment, detail: { key: row.name } });
    chosen = { ...row, environment };
  });
  if (chosen === undefined) throw new Error("a key was chosen for nothing");
  return chosen;
}

function unknownEnvironment() {
  return faultError("flag_environment.not_found", { field: "environment", mend: "Name an environment of this workspace" });
}

type Act = {
  readonly action: `flag_environment.${"create" | "update" | "delete" | "key"}`;
  readonly target: string;
  readonly detail: Readonly<Record<string, string>>;
};

async function record(deps: FlagDeps, tx: Tx, { workspaceId, actor, ip }: RouteContext, { action, target, detail }: Act): Promise<void> {
  await deps.audit(tx, { workspaceId, actor, action, target: `flag_environment:${target}`, detail, ip });
}
