import { getOverview } from "@terrace/contract/api/live";
import { queryLtv } from "@terrace/contract/api/insight-ltv";
import { queryProducts } from "@terrace/contract/api/insight-products";
import { getRfm } from "@terrace/contract/api/insight-rfm";
import type { RouteContract } from "@terrace/contract/route";
import type { FeedEvent } from "@terrace/domain/event/feed-event";
import type { TestEngines } from "@terrace/testkit/both-engines";
import { callRoute, type CallInput } from "@terrace/testkit/call-route";
import { pino } from "pino";
import { expect } from "vitest";
import { createInsight } from "../module.ts";
import { readSampleInvoices, sampleCohorts, sampleRevenue, sampleRfm } from "./sample.reference.ts";

const BATCH = 5_000;

/** The cohort, RFM and revenue figures of the imported sample are those that a script makes of its CSV, to the penny. */
export async function expectSampleFigures(
  engines: TestEngines,
  workspaceId: number,
  sample: { readonly csv: string; readonly events: readonly FeedEvent[] },
): Promise<void> {
  await store(engines, workspaceId, sample.events);
  const nowMs = Date.UTC(2012, 0, 1);
  const insight = createInsight({
    db: engines.db,
    warehouse: engines.warehouse,
    workspace: () => Promise.resolve({ workspaceId, name: "Shop", timeZone: "Europe/London", currency: "GBP", label: "" }),
    people: { displayNames: () => Promise.resolve(new Map()) },
    collect: {
      definitions: { eventSpan: () => Promise.resolve(undefined) },
      quarantine: { openCount: () => Promise.resolve(0) },
      virtualEvents: { list: () => Promise.resolve([]) },
    },
    audit: () => Promise.resolve(),
    privacy: { tokenise: () => "", encryptPayload: (payload) => payload, decryptPayload: (payload) => Buffer.from(payload) },
    feedStatus: () => Promise.resolve([]),
    usesOfMetric: () => Promise.resolve([]),
    denies: () => false,
    nowMs: () => nowMs,
    log: pino({ level: "silent" }),
  });
  const call = <C extends RouteContract>(of: C, input: CallInput<C>) => callRoute(insight.routes, workspaceId, of, input);
  const invoices = readSampleInvoices(sample.csv);
  const net = invoices.reduce((sum, { pence }) => sum + pence, 0);
  const period = { from: "2010-12-01", to: "2012-01-01" };

  const revenue = sampleRevenue(invoices);
  const overview = await call(getOverview, { query: { days: 31, until: "2011-11-30" } });
  const shown = overview.figures.find(({ id }) => id === "revenue_minor")?.series ?? [];
  expect(shown).toHaveLength(31);
  expect(shown.map(({ value }) => value)).toEqual(shown.map(({ day }) => revenue.get(day) ?? 0));

  const products = await call(queryProducts, { body: { period, top: 500 } });
  expect(products.total.netMinor).toBe(net);

  const { groups } = await call(queryLtv, { body: { period, interval: "month" } });
  const cohorts = groups[0]?.cohorts ?? [];
  expect(cohorts.map(({ size, cells }) => ({ size, pence: cells.map(({ netMinor }) => netMinor) }))).toEqual(sampleCohorts(invoices));

  const rfm = await call(getRfm, { body: { at: "2011-12-10", lookbackDays: 365 } });
  const grid = new Map(rfm.grid.map(({ recency, frequency, monetary, people }) => [`${recency} ${frequency} ${monetary}`, people]));
  expect(grid).toEqual(sampleRfm(invoices, "2011-12-10", "2010-12-10"));
  await insight.stop();
}

async function store({ warehouse }: TestEngines, workspaceId: number, events: readonly FeedEvent[]): Promise<void> {
  const origins = new Map<string, number>();
  const originOf = ({ ids }: FeedEvent): number => {
    const id = `${ids[0]?.kind ?? ""} ${ids[0]?.value ?? ""}`;
    const known = origins.get(id) ?? origins.size + 1;
    origins.set(id, known);
    return known;
  };
  const text = (ms: number): string => new Date(ms).toISOString().replace("T", " ").slice(0, 23);
  for (let from = 0; from < events.length; from += BATCH)
    await warehouse.client.insert({
      table: "events",
      format: "JSONEachRow",
      clickhouse_settings: {
        distributed_foreground_insert: 1,
        insert_deduplicate: 0,
        max_partitions_per_insert_block: "0",
        input_format_try_infer_dates: 0,
        input_format_try_infer_datetimes: 0,
      },
      values: events.slice(from, from + BATCH).map((event, index) => ({
        workspace_id: workspaceId,
        origin_id: String(originOf(event)),
        name: event.name,
        time: text(event.timeMs),
        received_at: text(event.timeMs),
        message_id: event.messageId,
        event_id: `0-${from}-${index}`,
        source: "import",
        properties: event.properties,
      })),
    });
}
