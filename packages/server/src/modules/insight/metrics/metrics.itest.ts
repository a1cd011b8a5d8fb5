import { listMetricPeople, queryMetric } from "@terrace/contract/api/insight-metric";
import * as api from "@terrace/contract/api/metrics";
import type { RouteContract } from "@terrace/contract/route";
import type { BusinessEvents } from "@terrace/domain/insight/metrics/business-events";
import { METRIC_CATALOGUE } from "@terrace/domain/insight/metrics/catalogue";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import { callRoute, type CallInput } from "@terrace/testkit/call-route";
import { payloadCipher } from "@terrace/testkit/payload-cipher";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ANALYSES } from "../analyses.ts";
import { createAnswering } from "../answering.ts";
import {
  GOLDEN_BUSINESS,
  GOLDEN_EVENTS,
  GOLDEN_FIGURES,
  GOLDEN_IMPORTED,
  GOLDEN_MERGES,
  type GoldenEvent,
} from "./golden-world.fixture.ts";
import { loadMetricGround } from "./metric-ground.ts";
import { metricRoutes } from "./metrics.routes.ts";
import { shownEvents } from "./stored-definition.ts";

const NOW_MS = Date.parse("2026-05-20T12:00:00+08:00");
const ZONE = "Asia/Shanghai";
const PERIOD = { from: "2026-03-02", to: "2026-03-05" };

let engines: TestEngines;
let workspaceId = 0;
const audited: string[] = [];

beforeAll(async () => {
  engines = await startBothEngines();
  const [made] = await engines.db<{ id: number }[]>`insert into workspace (name) values ('golden') returning workspace_id as id`;
  workspaceId = made?.id ?? 0;
  await store(GOLDEN_EVENTS, GOLDEN_MERGES);
}, 120_000);
afterAll(() => engines.stop());

function routes() {
  const privacy = { tokenise: () => "", ...payloadCipher(7) };
  const deps = {
    db: engines.db,
    warehouse: engines.warehouse,
    workspace: () => Promise.resolve({ workspaceId, name: "Shop", timeZone: ZONE, currency: "CNY", label: "" as const }),
    people: { displayNames: () => Promise.resolve(new Map()) },
    collect: { virtualEvents: { list: () => Promise.resolve([]) } },
    privacy,
    denies: () => false,
    nowMs: () => NOW_MS,
    metricGround: (id: number) => loadMetricGround({ db: engines.db, privacy }, id),
    audit: (_: unknown, entry: { readonly action: string; readonly target: string }) => {
      audited.push(`${entry.action} ${entry.target}`);
      return Promise.resolve();
    },
  };
  return [...createAnswering(deps, ANALYSES).routes, ...metricRoutes(deps)];
}
const call = <C extends RouteContract>(contract: C, input: CallInput<C> = {}) => callRoute(routes(), workspaceId, contract, input);

async function store(events: readonly GoldenEvent[], merges: Readonly<Record<number, number>>): Promise<void> {
  const text = (at: string): string => new Date(`${at.replace(" ", "T")}:00+08:00`).toISOString().replace("T", " ").slice(0, 23);
  await engines.warehouse.client.insert({
    table: "events",
    format: "JSONEachRow",
    clickhouse_settings: {
      distributed_foreground_insert: 1,
      insert_deduplicate: 0,
      max_partitions_per_insert_block: "0",
      input_format_try_infer_dates: 0,
      input_format_try_infer_datetimes: 0,
    },
    values: events.map(({ at, who, name, properties }, index) => ({
      workspace_id: workspaceId,
      origin_id: String(who),
      name,
      time: text(at),
      received_at: text(at),
      message_id: `m${index}`,
      event_id: `e-1-${index}`,
      source: "import",
      properties,
    })),
  });
  const rows = Object.entries(merges).map(([origin, person]) => `(${workspaceId}, ${origin}, ${person}, 1)`);
  await engines.warehouse.client.command({
    query: `insert into person_of_origin_row (workspace_id, origin_id, person_id, change_seq) values ${rows.join(", ")}`,
    clickhouse_settings: { distributed_foreground_insert: 1, insert_deduplicate: 0 },
  });
  for (const node of engines.warehouse.nodes) await node.command({ query: "SYSTEM RELOAD DICTIONARY person_of_origin" });
  for (const { import: number, day, channel, exposures, clicks, cost } of GOLDEN_IMPORTED) {
    const [row] = await engines.db<{ id: string }[]>`
      insert into import (workspace_id, file_name, file_hash, mapping_hash, mapping, kind) values (${workspaceId}, ${`f${number}`}, ${String(number)}, '', '{}', 'events') returning import_id as id`;
    await engines.db`insert into channel_figure (workspace_id, day, channel, import_id, exposures, clicks, cost, currency)
      values (${workspaceId}, ${day}, ${channel}, ${row?.id ?? "0"}, ${exposures}, ${clicks}, ${cost}, 'CNY')`;
  }
}

async function ask(metrics: readonly { readonly metric: string; readonly parameters?: Readonly<Record<string, number>> }[]) {
  return (
    await call(queryMetric, {
      body: { period: PERIOD, interval: "day", metrics: metrics.map((each) => ({ ...each, parameters: { ...each.parameters } })) },
    })
  ).metrics;
}

describe("the world that was reckoned by hand", () => {
  beforeAll(() => call(api.setBusinessEvents, { body: { events: toBody(GOLDEN_BUSINESS) } }));

  test("has figures for every metric of the catalogue", () => {
    expect(Object.keys(GOLDEN_FIGURES)).toEqual(METRIC_CATALOGUE.map(({ id }) => id));
  });
  test.each(Object.entries(GOLDEN_FIGURES))("%s", async (metric, { points, total, parameters = {} }) => {
    const [answer] = await ask([{ metric, parameters }]);
    const [line] = answer?.lines ?? [];
    const close = (value: number | null) => (value === null ? null : (expect.closeTo(value, 9) as number));
    expect({ points: line?.points, total: line?.total }).toEqual({ points: points.map(close), total: close(total) });
  });
});

function toBody(events: BusinessEvents) {
  const { user, registration, activation, login, use, order, refund, comment } = events;
  return {
    user: shownEvents(user),
    registration: shownEvents(registration),
    activation: shownEvents(activation),
    login: shownEvents(login),
    use: shownEvents(use),
    order: shownEvents(order),
    refund: shownEvents(refund),
    comment: shownEvents(comment),
  };
}
