import type { RouteHandler } from "../../platform/http/handler.ts";
import type { Job } from "../../platform/jobs.ts";
import type { AlertDeps } from "./alert-deps.ts";
import { alertRoutes } from "./alert.routes.ts";
import { createWatcher } from "./watch.ts";

/** Figures that are watched: when one gives reason for alarm, people are told once. See docs/guides/alerts.md. */
export type Alerts = { readonly routes: readonly RouteHandler[]; readonly jobs: readonly Job[]; readonly stop: () => Promise<void> };

const LOOK_EVERY_MS = 15_000;

export function createAlerts(deps: AlertDeps): Alerts {
  const watcher = createWatcher(deps);
  return { routes: alertRoutes(deps), jobs: [{ name: "alerts.look", everyMs: LOOK_EVERY_MS, run: watcher.look }], stop: watcher.stop };
}
