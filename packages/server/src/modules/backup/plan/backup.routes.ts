import { getBackups, getOutwardHold, releaseOutward, runBackup, updateBackupPlan } from "@terrace/contract/api/backups";
import { DONE } from "@terrace/contract/route";
import { isTimeZone } from "@terrace/domain/time/zoned-time";
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { isAbsolute } from "node:path";
import type { z } from "zod";
import { faultError } from "../../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../../platform/http/handler.ts";
import { loadOutwardHold, releaseOutward as releaseHold } from "../../../platform/outbound/hold.store.ts";
import { inTransaction } from "../../../platform/storage/postgres.ts";
import type { BackupDeps } from "../backup-deps.ts";
import { PASSPHRASE_LENGTH_MIN } from "../passphrase.ts";
import { askForRun, listRuns, loadPlan, savePlan, type BackupPlan, type BackupRun } from "./plan.store.ts";
import { sealText } from "../../../platform/sealed-text.ts";

const SHOWN_MAX = 100;
const NO_PLAN: BackupPlan = {
  enabled: false,
  folder: "",
  minuteOfDay: 180,
  timeZone: "Asia/Shanghai",
  keepDaily: 7,
  keepWeekly: 4,
  keepMonthly: 6,
  passphrase: null,
};

/** The plan for backups, the backups made, and the hold after a restore. */
export function backupPlanRoutes(deps: BackupDeps): readonly RouteHandler[] {
  const { db } = deps;
  return [
    handle(getBackups, async () => {
      const { passphrase, minuteOfDay, ...plan } = (await loadPlan(db)) ?? NO_PLAN;
      const items = (await listRuns(db, SHOWN_MAX)).map(present);
      return { plan: { ...plan, time: timeOf(minuteOfDay), hasPassphrase: passphrase !== null }, items };
    }),
    handle(updateBackupPlan, async ({ body }, context) => {
      await changePlan(deps, body, context);
      return DONE;
    }),
    handle(runBackup, async (_input, context) => {
      await inTransaction(db, async (tx) => {
        const plan = await loadPlan(tx);
        if (plan?.passphrase == null) throw faultError("backup.passphrase_missing", { mend: "Set the folder and the passphrase first" });
        const asked = await askForRun(tx, { planned: false, askedBy: context.actor, at: new Date(deps.nowMs()) });
        if (!asked) throw faultError("request.conflict", { mend: "A backup is being made; wait for it" });
        await deps.audit(tx, { ...audited(context), action: "backup.run", target: "backup", detail: {} });
      });
      return DONE;
    }),
    handle(getOutwardHold, async () => {
      const hold = await loadOutwardHold(db);
      return { hold: hold === undefined ? null : { since: hold.since.toISOString(), reason: hold.reason } };
    }),
    handle(releaseOutward, async (_input, context) => {
      // It acts on every workspace, and on people outside: not for keys, nor for whoever was given a part.
      if (context.caller.kind !== "operator" || context.caller.role !== "owner")
        throw faultError("role.not_allowed", { mend: "Ask an owner", details: { roles: "owner" } });
      await inTransaction(db, async (tx) => {
        const hold = await releaseHold(tx);
        if (hold === undefined) return;
        const detail = { since: hold.since.toISOString(), reason: hold.reason };
        await deps.audit(tx, { ...audited(context), action: "outward.release", target: "installation", detail });
      });
      return DONE;
    }),
  ];
}

async function changePlan(deps: BackupDeps, body: z.output<typeof updateBackupPlan.body>, context: RouteContext): Promise<void> {
  if (!isTimeZone(body.timeZone))
    throw faultError("request.invalid", { field: "timeZone", mend: "Use an IANA time zone, e.g. Asia/Shanghai" });
  if (body.enabled || body.folder !== "") await requireFolder(body.folder);
  if (body.passphrase !== undefined && body.passphrase.length < PASSPHRASE_LENGTH_MIN)
    throw faultError("backup.passphrase_weak", { field: "passphrase", mend: `Use at least ${PASSPHRASE_LENGTH_MIN} characters` });
  await inTransaction(deps.db, async (tx) => {
    const before = (await loadPlan(tx)) ?? NO_PLAN;
    const passphrase = body.passphrase === undefined ? before.passphrase : sealText(deps.privacy, body.passphrase);
    if (body.enabled && passphrase === null)
      throw faultError("backup.passphrase_missing", { field: "passphrase", mend: "Set a passphrase" });
    const { enabled, folder, timeZone, keepDaily, keepWeekly, keepMonthly } = body;
    const plan = { enabled, folder, timeZone, keepDaily, keepWeekly, keepMonthly, minuteOfDay: minutesOf(body.time), passphrase };
    await savePlan(tx, plan, { actor: context.actor, at: new Date(deps.nowMs()) });
    const detail = {
      enabled,
      folder,
      time: body.time,
      timeZone,
      keepDaily,
      keepWeekly,
      keepMonthly,
      newPassphrase: body.passphrase !== undefined,
    };
    await deps.audit(tx, { ...audited(context), action: "backup.plan", target: "backup", detail });
  });
}

/** Told when the plan is made, not in the night. With several machines this looks at the one that answers; the worker needs the same folder. */
async function requireFolder(folder: string): Promise<void> {
  const usable =
    isAbsolute(folder) &&
    (await stat(folder)
      .then(
        async (found) => found.isDirectory() && (await access(folder, constants.W_OK).then(() => true)),
        () => false,
      )
      .catch(() => false));
  if (!usable)
    throw faultError("backup.folder_unusable", {
      field: "folder",
      mend: "Name a folder by its whole path that exists and that Terrace may write",
    });
}

function audited({ workspaceId, actor, ip }: RouteContext): { readonly workspaceId: number; readonly actor: string; readonly ip: string } {
  return { workspaceId, actor, ip };
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

function timeOf(minuteOfDay: number): string {
  return `${String(Math.floor(minuteOfDay / 60)).padStart(2, "0")}:${String(minuteOfDay % 60).padStart(2, "0")}`;
}

function present(run: BackupRun) {
  return {
    ...run,
    startedAt: run.startedAt.toISOString(),
    finishedAt: run.finishedAt?.toISOString() ?? null,
    removedAt: run.removedAt?.toISOString() ?? null,
  };
}
