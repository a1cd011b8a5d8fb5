import type { Notice, TargetKind } from "@terrace/domain/notify/notice";
import { waitBeforeRetry } from "@terrace/domain/webhooks/retry-schedule";
import { OutboundRefused } from "../../platform/outbound/outbound-refused.ts";
import { openText } from "../../platform/sealed-text.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import type { ChannelOutcome } from "./channels/channel.ts";
import { readMailServer } from "./mail-settings.ts";
import { claimNotices, holdNotice, noteNoticeAttempt, type ClaimedNotice } from "./notice-delivery.store.ts";
import type { NotifyDeps } from "./notify-deps.ts";
import { sendNotice } from "./send-notice.ts";
import { openPlace } from "./target-place.ts";

const AT_ONCE = 16;
/** What a process that died had taken is taken by another after this long; what is being sent is held again and again. */
const LEASE_MS = 20_000;
const HOLD_EVERY_MS = 5_000;
/** Between two messages of a robot: at most 20 a minute, the least that any of them allows. */
const PACE_MS: Readonly<Record<TargetKind, number>> = { email: 0, webhook: 0, wecom: 3_100, dingtalk: 3_100, feishu: 700 };

export type NoticeDeliverer = {
  /** Takes what is due and sends it without waiting for the answers. Nothing is taken while the installation is held. */
  readonly begin: () => Promise<void>;
  readonly settled: () => Promise<void>;
};

/** Tells targets at least once each of what was queued for them. */
export function createNoticeDeliverer(deps: NotifyDeps): NoticeDeliverer {
  const underWay = new Set<Promise<void>>();
  return {
    begin: async () => {
      if (underWay.size >= AT_ONCE || (await isHeld(deps))) return;
      const at = deps.nowMs();
      const claimed = await inTransaction(deps.db, (tx) =>
        claimNotices(tx, new Date(at), new Date(at + LEASE_MS), AT_ONCE - underWay.size),
      );
      for (const notice of claimed) {
        const sent = held(deps, notice, deliver(deps, notice))
          .catch((error: unknown) =>
            deps.log.warn({ err: error, delivery: notice.id }, "the end of a notice could not be noted; it is sent again"),
          )
          .finally(() => underWay.delete(sent));
        underWay.add(sent);
      }
    },
    settled: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}

async function isHeld({ outbound }: NotifyDeps): Promise<boolean> {
  try {
    await outbound.requireReleased();
    return false;
  } catch (error) {
    if (error instanceof OutboundRefused) return true;
    throw error;
  }
}

/** Keeps other processes from what is being sent, however long that takes. */
async function held(deps: NotifyDeps, claimed: ClaimedNotice, sending: Promise<void>): Promise<void> {
  const holding = setInterval(() => {
    holdNotice(deps.db, claimed, new Date(deps.nowMs() + LEASE_MS)).catch((error: unknown) =>
      deps.log.warn({ err: error, delivery: claimed.id }, "a notice that is being sent could not be held; another process may send it too"),
    );
  }, HOLD_EVERY_MS);
  try {
    await sending;
  } finally {
    clearInterval(holding);
  }
}

async function deliver(deps: NotifyDeps, claimed: ClaimedNotice): Promise<void> {
  const startedAtMs = deps.nowMs();
  const place = openPlace(deps.privacy, claimed.place);
  const mail = place.kind === "email" ? await readMailServer(deps, claimed.workspaceId) : undefined;
  // Sealed by this module only.
  const notice = JSON.parse(openText(deps.privacy, claimed.notice)) as Notice;
  const outcome = await sendNotice(deps, { id: `notice-${claimed.workspaceId}-${claimed.id}`, notice, place, mail });
  await inTransaction(deps.db, (tx) =>
    noteNoticeAttempt(tx, claimed.workspaceId, { ...endOf(deps, claimed, { outcome, startedAtMs }), id: claimed.id }),
  );
}

function endOf(
  { nowMs, chance }: NotifyDeps,
  { targetId, kind, attempts }: ClaimedNotice,
  { outcome, startedAtMs }: { readonly outcome: ChannelOutcome; readonly startedAtMs: number },
) {
  const at = nowMs();
  const schedule = outcome.outcome === "retry" ? waitBeforeRetry(attempts + 1, chance()) : undefined;
  const asked = outcome.outcome === "retry" ? (outcome.waitMs ?? 0) : 0;
  const state =
    outcome.outcome === "delivered" ? ("delivered" as const) : schedule === undefined ? ("failed" as const) : ("waiting" as const);
  return {
    targetId,
    state,
    dueAt: new Date(at + Math.max(schedule ?? 0, asked)),
    freeAt: new Date(at + Math.max(PACE_MS[kind], asked)),
    finishedAt: state === "waiting" ? null : new Date(at),
    note: { at: new Date(startedAtMs).toISOString(), tookMs: at - startedAtMs, ...("code" in outcome ? { error: outcome.code } : {}) },
  };
}
