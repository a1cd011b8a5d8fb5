import type { FastifyInstance } from "fastify";
import type { RouteHandler } from "../../platform/http/handler.ts";
import type { Job } from "../../platform/jobs.ts";
import type { PersonalDataHolder } from "../../platform/personal-data/holder.ts";
import { createCallHolder } from "./call-holder.ts";
import { deleteOldCalls } from "./call.store.ts";
import { createExpressions } from "./expressions.ts";
import { registerReceivers } from "./receive.ts";
import type { ReceiverDeps } from "./receiver-deps.ts";
import { receiverRoutes } from "./receivers.routes.ts";

/** Taking other systems' webhooks: their JSON becomes events by an expression. See docs/guides/receivers.md. */
export type Receivers = {
  /** Adds the public address of receivers to an application. */
  readonly register: (app: FastifyInstance) => Promise<void>;
  readonly routes: readonly RouteHandler[];
  readonly jobs: readonly Job[];
  readonly holder: PersonalDataHolder;
  readonly stop: () => Promise<void>;
};

const DAY_MS = 86_400_000;
const TIDY_EVERY_MS = 600_000;
const KEEP_FAILED_DAYS = 30;
const TIDY_ROWS = 5_000;

export function createReceivers(given: Omit<ReceiverDeps, "expressions">): Receivers {
  const expressions = createExpressions();
  const deps = { ...given, expressions };
  const tidy = async (): Promise<void> => {
    const before = { accepted: new Date(deps.nowMs() - DAY_MS), failed: new Date(deps.nowMs() - KEEP_FAILED_DAYS * DAY_MS) };
    while ((await deleteOldCalls(deps.db, before, TIDY_ROWS)) === TIDY_ROWS);
  };
  return {
    register: (app) => registerReceivers(app, deps),
    routes: receiverRoutes(deps),
    jobs: [{ name: "receivers.tidy", everyMs: TIDY_EVERY_MS, run: tidy }],
    holder: createCallHolder(deps),
    stop: expressions.stop,
  };
}
