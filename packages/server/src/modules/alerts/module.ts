import type { TextPlace } from "../../platform/personal-data/text-place.store.ts";
import type { Use } from "@terrace/contract/api/segments";
import type { Json } from "@terrace/domain/json";
import { openText } from "../../platform/sealed-text.ts";
import { loadAlerts } from "./alert.store.ts";
import type { RouteHandler } from "../../platform/http/handler.ts";
import type { Job } from "../../platform/jobs.ts";
import type { AlertDeps } from "./alert-deps.ts";
import { alertRoutes } from "./alert.routes.ts";
import { createWatcher } from "./watch.ts";

/** Figures that are watched: when one gives reason for alarm, people are told once. See docs/guides/alerts.md. */
export type Alerts = { readonly routes: readonly RouteHandler[]; readonly jobs: readonly Job[]; readonly stop: () => Promise<void> };

/** The alerts whose question names something. */
export async function alertsNaming(
  { db, privacy }: Pick<AlertDeps, "db" | "privacy">,
  workspaceId: number,
  isNamed: (question: Json) => boolean,
): Promise<readonly Use[]> {
  const rows = await loadAlerts(db, workspaceId);
  const named = rows.filter(({ question }) => isNamed(JSON.parse(openText(privacy, question)) as Json));
  return named.map(({ id, name }) => ({ kind: "alert", id, name }));
}

const LOOK_EVERY_MS = 15_000;

export function createAlerts(deps: AlertDeps): Alerts {
  const watcher = createWatcher(deps);
  return { routes: alertRoutes(deps), jobs: [{ name: "alerts.look", everyMs: LOOK_EVERY_MS, run: watcher.look }], stop: watcher.stop };
}

/** Where people may be named in what is watched. */
export const ALERT_TEXTS: readonly TextPlace[] = [
  { table: "alert", column: "question", keys: ["alert_id"], form: "json" },
  { table: "alert", column: "name", keys: ["alert_id"], form: "clear" },
];
