import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

/** The metrics of one process, for Prometheus. */
export type Metrics = ReturnType<typeof createMetrics>;

const SECONDS_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Finer around the two seconds within which a change is to be seen. */
const LAG_BUCKETS = [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 30, 60];

/** Makes the registry with everything Terrace counts. Names start with `terrace_`; times are in seconds. */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    eventsAccepted: new Counter({ name: "terrace_events_accepted_total", help: "Events committed to the feed", registers }),
    eventsRateLimited: new Counter({
      name: "terrace_events_rate_limited_total",
      help: "Events of requests answered with 429, not stored",
      registers,
    }),
    eventsQuarantined: new Counter({
      name: "terrace_events_quarantined_total",
      help: "Events put in quarantine, at the edge or by the pipeline",
      registers,
    }),
    eventsSettled: new Counter({ name: "terrace_events_settled_total", help: "Events whose person and definition are settled", registers }),
    eventsStored: new Counter({ name: "terrace_events_stored_total", help: "Events stored in the event engine", registers }),
    settleSeconds: new Histogram({ name: "terrace_settle_seconds", help: "Time to settle a batch", buckets: SECONDS_BUCKETS, registers }),
    flushSeconds: new Histogram({
      name: "terrace_flush_seconds",
      help: "Time to store a batch in the event engine",
      buckets: SECONDS_BUCKETS,
      registers,
    }),
    ...segmentMetrics(registers),
    ...flagMetrics(registers),
    querySeconds: new Histogram({
      name: "terrace_query_seconds",
      help: "Time of a query of the event engine, by feature",
      labelNames: ["feature"],
      buckets: SECONDS_BUCKETS,
      registers,
    }),
    feedWaiting: new Gauge({ name: "terrace_feed_waiting_events", help: "Events waiting for their commit", registers }),
    consumerLagEvents: new Gauge({
      name: "terrace_consumer_lag_events",
      help: "Events a consumer has not consumed",
      labelNames: ["consumer"],
      registers,
    }),
    consumerLagSeconds: new Gauge({
      name: "terrace_consumer_lag_seconds",
      help: "Age of the oldest event a consumer has not consumed",
      labelNames: ["consumer"],
      registers,
    }),
    engineRestarts: new Gauge({
      name: "terrace_engine_restarts",
      help: "Restarts of an engine's child process",
      labelNames: ["engine"],
      registers,
    }),
    quarantineOpen: new Gauge({ name: "terrace_quarantine_open", help: "Open rows in quarantine, all workspaces", registers }),
  };
}

function flagMetrics(registers: Registry[]) {
  return {
    flagStreams: new Gauge({ name: "terrace_flag_streams", help: "Streams on which clients wait to hear of changed flags", registers }),
    flagStreamsRefused: new Gauge({
      name: "terrace_flag_streams_refused",
      help: "Streams refused for want of room since the start; these clients ask now and then instead",
      registers,
    }),
  };
}

function segmentMetrics(registers: Registry[]) {
  const lag = (name: string, what: string) =>
    new Histogram({ name, help: `From the receipt of an event to ${what} that it led to`, buckets: LAG_BUCKETS, registers });
  return {
    segmentPeople: new Counter({ name: "terrace_segment_people_evaluated_total", help: "People evaluated for live segments", registers }),
    /** By what changed. */
    lagSeconds: {
      segment: lag("terrace_segment_lag_seconds", "the change of a live segment"),
      class: lag("terrace_class_lag_seconds", "the other value of a class"),
      tag_rule: lag("terrace_tag_rule_lag_seconds", "the tag that a rule puts on or takes off"),
      computed_trait: lag("terrace_computed_trait_lag_seconds", "the other value of a computed trait"),
    },
    segmentLateSeconds: new Gauge({
      name: "terrace_segment_late_seconds",
      help: "How long ago what waits the longest to be looked at by live segments, classes, tag rules and computed traits came; 0 while nothing waits",
      registers,
    }),
    pyramidLateSeconds: new Gauge({
      name: "terrace_pyramid_late_seconds",
      help: "How long ago the longest waiting end of an appointment, lapse or grace, or review of a pyramid was due; 0 while none waits",
      registers,
    }),
    segmentScheduleLateSeconds: new Gauge({
      name: "terrace_segment_schedule_late_seconds",
      help: "How long ago the longest waiting scheduled reckoning of segments or RFM was due; 0 while none waits",
      registers,
    }),
  };
}
