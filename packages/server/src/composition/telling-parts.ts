import type { AccessModule } from "../modules/access/module.ts";
import { createAlerts } from "../modules/alerts/module.ts";
import type { Boards } from "../modules/boards/module.ts";
import type { Insight } from "../modules/insight/module.ts";
import { createNotify } from "../modules/notify/module.ts";
import { createReports } from "../modules/reports/module.ts";
import { loadFeedLag } from "../platform/feed/feed.views.ts";
import { WAREHOUSE } from "../platform/feed/replay.ts";
import type { RouteHandler } from "../platform/http/handler.ts";
import type { Job } from "../platform/jobs.ts";
import type { Core } from "./core.ts";

type Part = { readonly routes: readonly RouteHandler[]; readonly jobs: readonly Job[]; readonly stop: () => Promise<void> };
type Ground = {
  readonly access: Pick<AccessModule, "audit" | "workspace" | "isMemberMail">;
  readonly insight: Pick<Insight, "run" | "runKept" | "notes">;
  readonly boards: Pick<Boards, "goalAt">;
};

/** What tells people of figures: reports and alerts, and the ways to them; what writes stops before what delivers. */
export function tellingParts(core: Core, { access, insight, boards }: Ground): readonly Part[] {
  const { audit, workspace } = access;
  const notify = createNotify({ ...core, audit, mailServer: core.config.mailServer, chance: Math.random });
  const lagSeconds = async (): Promise<number> => (await loadFeedLag(core.db)).find(({ name }) => name === WAREHOUSE)?.lagSeconds ?? 0;
  const told = { ...core, audit, workspace, insight, notify, lagSeconds, publicUrl: core.config.publicUrl };
  const reports = createReports({ ...told, goalAt: boards.goalAt });
  return [reports, createAlerts({ ...told, isMemberMail: access.isMemberMail }), notify];
}
