import { failingNotice } from "@terrace/domain/insight/alerts/alert-words";
import { troubleOf } from "../../platform/http/dependency-fault.ts";
import { FaultError } from "../../platform/http/fault-error.ts";
import type { Tx } from "../../platform/storage/postgres.ts";
import { beginFailing, endFailing, noteFailureTold } from "./alert-event.store.ts";
import { noteFailure, type ClaimedAlert } from "./alert.store.ts";
import type { AlertDeps } from "./alert-deps.ts";

/** Why an alert could not be looked at, as the code of a fault. */
export function failureOf(error: unknown): string {
  if (error instanceof FaultError) return error.code;
  // The time that a look is given was over.
  if (error instanceof DOMException && error.name === "TimeoutError") return "insight.too_slow";
  return troubleOf(error) === "unavailable" ? "service.unavailable" : "alert.not_looked_at";
}

/** These pass by themselves: of one such failure nobody is told. */
const PASSING: readonly string[] = ["service.unavailable", "insight.busy", "insight.too_many", "insight.cancelled"];

/** Notes in the history that an alert could not be looked at, and tells of it once: at once, or when what may pass has not by the next look. */
export async function failed(
  deps: AlertDeps,
  tx: Tx,
  alert: ClaimedAlert,
  noted: { readonly failure: string; readonly dueAt: Date; readonly tookMs: number },
): Promise<void> {
  if (!(await noteFailure(tx, alert, noted))) return;
  const at = new Date(deps.nowMs());
  const muted = alert.mutedUntil !== null && alert.mutedUntil > at;
  const event = await beginFailing(tx, alert.workspaceId, { alertId: alert.id, failure: noted.failure, at, muted });
  const mayPass = event.isNew && PASSING.includes(noted.failure);
  if (mayPass || muted || !(await noteFailureTold(tx, alert.workspaceId, event.id))) return;
  await tell(deps, tx, alert, { ...event, failure: noted.failure, step: "begin" });
}

/** Ends the time in which it could not be looked at; whoever was told of that is told of the end. */
export async function recovered(deps: AlertDeps, tx: Tx, alert: ClaimedAlert, at: Date): Promise<void> {
  if (alert.failure === null) return;
  const ended = await endFailing(tx, alert.workspaceId, alert.id, at);
  if (ended?.wasTold === true) await tell(deps, tx, alert, { ...ended, step: "end" });
}

async function tell(
  deps: AlertDeps,
  tx: Tx,
  alert: ClaimedAlert,
  { id, failure, step }: { readonly id: string; readonly failure: string; readonly step: "begin" | "end" },
): Promise<void> {
  const url = alertUrl(deps, alert);
  const notice = (language: "zh" | "en") => failingNotice({ name: alert.name, owner: alert.createdBy, failure }, { step, language, url });
  const { workspaceId, targetIds, createdBy } = alert;
  const order = { key: `alert:${id}:failing-${step}`, targetIds, notices: { zh: notice("zh"), en: notice("en") } };
  await deps.notify.queue(tx, workspaceId, order);
  // Who made it has to mend it, whoever else is told; what was made with a key or a token has nobody to write to.
  if (await deps.isMemberMail(tx, workspaceId, createdBy))
    await deps.notify.queueMemberMail(tx, workspaceId, { ...order, email: createdBy });
}

/** Where an alert is seen; undefined while nobody said under which address. */
export function alertUrl({ publicUrl }: Pick<AlertDeps, "publicUrl">, { workspaceId, id }: Pick<ClaimedAlert, "workspaceId" | "id">) {
  return publicUrl === undefined ? undefined : new URL(`/w/${workspaceId}/insight/alerts?alert=${id}`, publicUrl).href;
}
