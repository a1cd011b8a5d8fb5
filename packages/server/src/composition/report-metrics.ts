import type { Flags } from "../modules/flags/module.ts";
import type { SegmentsModule } from "../modules/segments/module.ts";
import { loadFeedLag } from "../platform/feed/feed.views.ts";
import type { Engines } from "../platform/engines/engines.ts";
import type { Metrics } from "../platform/metrics.ts";
import type { Core } from "./core.ts";

const EVERY_MS = 5_000;

/** Keeps the gauges that must be asked for up to date. */
export function reportMetrics({
  core,
  metrics,
  engines,
  late,
  streams,
}: {
  readonly core: Core;
  readonly metrics: Metrics;
  readonly engines: Engines;
  readonly late: SegmentsModule["late"];
  readonly streams: Flags["streams"];
}): { readonly stop: () => Promise<void> } {
  async function report(): Promise<void> {
    const status = engines.status();
    metrics.engineRestarts.set({ engine: "postgres" }, status.postgres.restarts);
    metrics.engineRestarts.set({ engine: "clickhouse" }, status.clickhouse.restarts);
    const { open, refused } = streams();
    metrics.flagStreams.set(open);
    metrics.flagStreamsRefused.set(refused);
    try {
      for (const lag of await loadFeedLag(core.db)) {
        metrics.consumerLagEvents.set({ consumer: lag.name }, lag.lagEvents);
        metrics.consumerLagSeconds.set({ consumer: lag.name }, lag.lagSeconds);
      }
      // The installation's total, for the people who run it: the one figure that is not of a workspace.
      const [quarantined] = await core.db<{ rows: number }[]>`select count(*)::int as rows from quarantine where state = 'open'`;
      metrics.quarantineOpen.set(quarantined?.rows ?? 0);
      const { schedule, look, pyramids } = await late();
      metrics.segmentScheduleLateSeconds.set(schedule);
      metrics.segmentLateSeconds.set(look);
      metrics.pyramidLateSeconds.set(pyramids);
    } catch (error) {
      core.log.debug({ err: error }, "gauges not refreshed");
    }
  }
  let current = Promise.resolve();
  const timer = setInterval(() => {
    current = report();
  }, EVERY_MS).unref();
  return {
    stop: async () => {
      clearInterval(timer);
      await current;
    },
  };
}
