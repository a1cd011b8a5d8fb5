import { DEFAULT_FIELD_VIEW } from "@terrace/domain/access/field-view";
import { judge, lookBackOf, nextStep, type AlertPoint, type AlertUnit, type Judged } from "@terrace/domain/insight/alerts/alert-rule";
import { alertNotice } from "@terrace/domain/insight/alerts/alert-words";
import { isoInstant, zoneClock } from "@terrace/domain/time/zoned-time";
import { openText } from "../../platform/sealed-text.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import { beginEvent, endEvent } from "./alert-event.store.ts";
import { claimAlert, noteEvaluated, type ClaimedAlert, type KeptPoint } from "./alert.store.ts";
import type { AlertDeps } from "./alert-deps.ts";
import { alertUrl, failed, failureOf, recovered } from "./failing.ts";
import { readWatched, type Question } from "./read-watched.ts";

/** Every alert is looked at so often, which leaves two of the five minutes that are promised for those that are looked at before it. */
export const EVERY_MS = 180_000;
/** One whose question is too much for the engine is asked less often: it would only keep the others waiting. */
const TOO_MUCH_AGAIN_MS = 900_000;
const TOO_MUCH: readonly string[] = ["insight.too_slow", "insight.too_heavy"];
const LEASE_MS = 60_000;
const READ_WITHIN_MS = 45_000;
/** What arrives late still counts within so many of the newest intervals; older ones are not read again. */
const READ_AGAIN = 2;

export type Watcher = { readonly look: () => Promise<void>; readonly stop: () => Promise<void> };

/** Looks at alerts that are due, one after the other, without keeping other jobs waiting. */
export function createWatcher(deps: AlertDeps): Watcher {
  const stopping = new AbortController();
  let underWay: Promise<void> | undefined;
  const all = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const at = deps.nowMs();
      const claimed = await inTransaction(deps.db, (tx) => claimAlert(tx, new Date(at), new Date(at + LEASE_MS)));
      if (claimed === undefined) return;
      await lookAt(deps, claimed, stopping.signal);
    }
  };
  return {
    look: () => {
      underWay ??= all()
        .catch((error: unknown) => deps.log.warn({ err: error }, "alerts could not be looked at; they are again at the next time"))
        .finally(() => {
          underWay = undefined;
        });
      return Promise.resolve();
    },
    stop: async () => {
      stopping.abort();
      await underWay;
    },
  };
}

async function lookAt(deps: AlertDeps, alert: ClaimedAlert, stopping: AbortSignal): Promise<void> {
  const startedMs = deps.nowMs();
  const tookMs = (): number => Math.min(READ_WITHIN_MS, Math.max(0, deps.nowMs() - startedMs));
  try {
    const workspace = await deps.workspace(alert.workspaceId);
    const [zone, currency] = [workspace?.timeZone ?? "UTC", workspace?.currency ?? "CNY"];
    const points = await readOn(deps, alert, { zone, signal: AbortSignal.any([stopping, AbortSignal.timeout(READ_WITHIN_MS)]) });
    const judged = judge(points, alert.rule, alert.interval);
    const at = new Date(deps.nowMs());
    const complete = points.filter((point) => point.complete);
    const noted = {
      points: complete.map(({ fromMs, value }): KeptPoint => [fromMs, value]),
      lastValue: points.findLast(({ value }) => value !== null)?.value ?? null,
      at,
      dueAt: new Date(startedMs + EVERY_MS),
      tookMs: tookMs(),
    };
    await inTransaction(deps.db, async (tx) => {
      if (!(await noteEvaluated(tx, alert, noted))) return;
      await recovered(deps, tx, alert, at);
      await step(deps, tx, alert, { judged, at, zone, currency });
    });
  } catch (error) {
    if (stopping.aborted) return;
    deps.log.warn({ err: error, alert: alert.id }, "an alert could not be looked at");
    const failure = failureOf(error);
    const wait = TOO_MUCH.includes(failure) ? TOO_MUCH_AGAIN_MS : EVERY_MS;
    await inTransaction(deps.db, (tx) => failed(deps, tx, alert, { failure, dueAt: new Date(startedMs + wait), tookMs: tookMs() }));
  }
}

/** What is known already and what is new: once the past is read, a look reads the newest intervals only. */
async function readOn(
  deps: AlertDeps,
  alert: ClaimedAlert,
  { zone, signal }: { readonly zone: string; readonly signal: AbortSignal },
): Promise<readonly AlertPoint[]> {
  // Sealed by the routes only.
  const question = JSON.parse(openText(deps.privacy, alert.question)) as Question;
  const asker = { workspaceId: alert.workspaceId, fields: DEFAULT_FIELD_VIEW, signal };
  const wanted = lookBackOf(alert.rule, alert.interval) + READ_AGAIN;
  const nowMs = deps.nowMs();
  const newest = alert.points.at(-1)?.[0];
  const isNear = newest !== undefined && nowMs - newest < (READ_AGAIN + 1) * LENGTH_MS[alert.interval];
  const read = await readWatched(deps, question, { interval: alert.interval, count: isNear ? READ_AGAIN : wanted, zone, nowMs, asker });
  const firstRead = read.points[0]?.fromMs ?? 0;
  const kept = isNear
    ? alert.points.filter(([fromMs]) => fromMs < firstRead).map(([fromMs, value]) => ({ fromMs, value, complete: true }))
    : [];
  return [...kept, ...read.points.filter(({ fromMs }) => fromMs <= nowMs)].slice(-(wanted + 1));
}

/** At least as long as an interval is. */
const LENGTH_MS: Readonly<Record<AlertUnit, number>> = { hour: 3_600_000, day: 90_000_000, week: 608_400_000, month: 2_682_000_000 };

type Looked = { readonly judged: readonly Judged[]; readonly at: Date; readonly zone: string; readonly currency: string };

/** Begins or ends an alarm, and tells of it, all at once or not at all. */
async function step(deps: AlertDeps, tx: Tx, alert: ClaimedAlert, { judged, at, zone, currency }: Looked): Promise<void> {
  const next = nextStep(judged, alert.rule.consecutive, alert.openSince?.getTime());
  if (next === undefined) return;
  const isMuted = alert.mutedUntil !== null && alert.mutedUntil > at;
  const event = await change(tx, alert, { next, at, isMuted });
  if (event === undefined || event.muted || isMuted) return;
  const url = alertUrl(deps, alert);
  const told = { name: alert.name, unit: alert.unit, currency, rule: alert.rule, interval: alert.interval };
  const { value, low, high, fromMs } = next.at;
  const figures = { value, low, high, at: localLabel(fromMs, alert.interval, zone) };
  const notice = (language: "zh" | "en") => alertNotice(told, figures, { step: next.step, language, url });
  await deps.notify.queue(tx, alert.workspaceId, {
    key: `alert:${event.id}:${next.step}`,
    targetIds: alert.targetIds,
    notices: { zh: notice("zh"), en: notice("en") },
  });
}

async function change(
  tx: Tx,
  { workspaceId, id }: ClaimedAlert,
  { next, at, isMuted }: { readonly next: NonNullable<ReturnType<typeof nextStep>>; readonly at: Date; readonly isMuted: boolean },
): Promise<{ readonly id: string; readonly muted: boolean } | undefined> {
  if (next.step === "end") return endEvent(tx, workspaceId, id, at);
  const { value, low, high, fromMs } = next.at;
  const begun = await beginEvent(tx, workspaceId, {
    alertId: id,
    intervalFrom: new Date(fromMs),
    value,
    low,
    high,
    beganAt: at,
    muted: isMuted,
  });
  return begun === undefined ? undefined : { id: begun, muted: isMuted };
}

function localLabel(fromMs: number, interval: AlertUnit, zone: string): string {
  const local = isoInstant(fromMs + zoneClock(zone)(fromMs));
  return interval === "hour" ? `${local.slice(0, 10)} ${local.slice(11, 16)}` : local.slice(0, 10);
}
