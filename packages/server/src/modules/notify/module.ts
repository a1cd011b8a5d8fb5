import type { TextPlace } from "../../platform/personal-data/text-place.store.ts";
import type { Notice, NoticeLanguage } from "@terrace/domain/notify/notice";
import type { RouteHandler } from "../../platform/http/handler.ts";
import type { Job } from "../../platform/jobs.ts";
import { sealText } from "../../platform/sealed-text.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import { createNoticeDeliverer } from "./deliver-notices.ts";
import { mailRoutes } from "./mail.routes.ts";
import { queueMemberMail, type MemberOrder } from "./member-mail.ts";
import { deleteOldNotices, insertNotices } from "./notice-delivery.store.ts";
import type { NotifyDeps } from "./notify-deps.ts";
import { loadTargets } from "./target.store.ts";
import { targetRoutes } from "./target.routes.ts";

/** Telling people: by e-mail, by the robots of their groups, by calls to their own systems. See docs/guides/reports.md. */
export type NotifyModule = {
  readonly routes: readonly RouteHandler[];
  readonly jobs: readonly Job[];
  /** Which of these targets there are, with their languages. */
  readonly languagesOf: (db: Db | Tx, workspaceId: number, ids: readonly string[]) => Promise<ReadonlyMap<string, NoticeLanguage>>;
  /** Queues a notice for targets in the transaction of what it tells of; a target is told of a key once, however often it is queued. */
  readonly queue: (tx: Tx, workspaceId: number, order: NoticeOrder) => Promise<number>;
  /** Queues a letter to a member of the workspace, where there is a mail server; once for a key. */
  readonly queueMemberMail: (tx: Tx, workspaceId: number, order: MemberOrder) => Promise<number>;
  readonly stop: () => Promise<void>;
};

export type NoticeOrder = {
  /** What it tells of, such as `report:12`. */
  readonly key: string;
  readonly targetIds: readonly string[];
  readonly notices: Readonly<Record<NoticeLanguage, Notice>>;
};
export type { NotifyDeps };

const DELIVER_EVERY_MS = 1_000;
const TIDY_EVERY_MS = 3_600_000;
const KEEP_MS = 30 * 86_400_000;
const TIDY_ROWS = 2_000;

export function createNotify(deps: NotifyDeps): NotifyModule {
  const deliverer = createNoticeDeliverer(deps);
  return {
    routes: [...targetRoutes(deps), ...mailRoutes(deps)],
    jobs: [
      { name: "notify.deliver", everyMs: DELIVER_EVERY_MS, run: deliverer.begin },
      {
        name: "notify.tidy",
        everyMs: TIDY_EVERY_MS,
        run: async () => {
          while ((await deleteOldNotices(deps.db, new Date(deps.nowMs() - KEEP_MS), TIDY_ROWS)) === TIDY_ROWS);
        },
      },
    ],
    languagesOf: async (db, workspaceId, ids) =>
      new Map((await loadTargets(db, workspaceId, ids)).map(({ id, language }) => [id, language] as const)),
    queue: async (tx, workspaceId, { key, targetIds, notices }) => {
      const targets = await loadTargets(tx, workspaceId, targetIds);
      const queued = targets.map(({ id, language }) => ({
        targetId: id,
        key,
        notice: sealText(deps.privacy, JSON.stringify(notices[language])),
      }));
      return insertNotices(tx, workspaceId, queued, new Date(deps.nowMs()));
    },
    queueMemberMail: (tx, workspaceId, order) => queueMemberMail(deps, tx, workspaceId, order),
    stop: deliverer.settled,
  };
}

/** Where people may be named in what was told, and is to be. */
export const NOTICE_TEXTS: readonly TextPlace[] = [{ table: "notice_delivery", column: "notice", keys: ["delivery_id"], form: "notice" }];
