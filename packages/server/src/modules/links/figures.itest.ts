import { getMessageFigures } from "@terrace/contract/api/message-figures";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import { callRoute } from "@terrace/testkit/call-route";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { figureRoutes } from "./figures.routes.ts";

const NOW = Date.parse("2026-03-10T04:00:00Z");
const HOUR_MS = 3_600_000;
const WHATS = ["sent", "delivered", "opened", "clicked", "bounced", "complained", "unsubscribed", "failed"] as const;

let engines: TestEngines;
let workspaceId = 0;
beforeAll(async () => {
  engines = await startBothEngines();
}, 120_000);
afterAll(() => engines.stop());

type Happened = {
  readonly message: number;
  readonly what: (typeof WHATS)[number];
  readonly hoursAgo: number;
  readonly source: "terrace" | "segment";
};
const TEMPLATES = ["welcome", "birthday", "coupon"];

async function store(events: readonly Happened[]): Promise<void> {
  if (events.length === 0) return;
  await engines.warehouse.client.insert({
    table: "events",
    format: "JSONEachRow",
    values: events.map(({ message, what, hoursAgo, source }, index) => ({
      workspace_id: workspaceId,
      origin_id: String(message + 1),
      name: `message_${what}`,
      time: new Date(NOW - hoursAgo * HOUR_MS).toISOString().replace("T", " ").replace("Z", ""),
      received_at: new Date(NOW).toISOString().replace("T", " ").replace("Z", ""),
      message_id: `m${index}`,
      event_id: `m${index}`,
      source,
      properties: {
        message: `ref${message}`,
        channel: message % 2 === 0 ? "email" : "sms",
        template: templateOf(message),
        source: "journey",
        source_id: "1",
      },
    })),
  });
}

const templateOf = (message: number): string => TEMPLATES[message % TEMPLATES.length] ?? "";

/** What the guide says, message by message. */
function reference(events: readonly Happened[], days: number) {
  const own = events.filter(({ source, hoursAgo }) => source === "terrace" && hoursAgo <= days * 24);
  const messages = [...new Set(own.filter(({ what, hoursAgo }) => what === "sent" && hoursAgo > 0).map(({ message }) => message))];
  return TEMPLATES.flatMap((key) => {
    const sent = messages.filter((message) => templateOf(message) === key);
    const count = (what: string) => sent.filter((message) => own.some((one) => one.message === message && one.what === what)).length;
    return sent.length === 0
      ? []
      : [{ key, name: key === "welcome" ? "Welcome mail" : key, ...Object.fromEntries(WHATS.map((what) => [what, count(what)])) }];
  }).toSorted((a, b) => ("sent" in b ? Number(b.sent) : 0) - ("sent" in a ? Number(a.sent) : 0) || (a.key < b.key ? -1 : 1));
}

test("each message that was sent in the period counts once for each thing that happened to it; only what Terrace told counts", async () => {
  const routes = figureRoutes({
    warehouse: engines.warehouse,
    nowMs: () => NOW,
    templateNames: () => Promise.resolve(new Map([["welcome", "Welcome mail"]])),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          message: fc.nat(12),
          what: fc.constantFrom("sent" as const, ...WHATS),
          hoursAgo: fc.nat(60),
          source: fc.constantFrom("terrace" as const, "terrace" as const, "segment" as const),
        }),
        { maxLength: 60 },
      ),
      fc.integer({ min: 1, max: 3 }),
      async (events, days) => {
        workspaceId += 1;
        await store(events);
        const { items, more } = await callRoute(routes, workspaceId, getMessageFigures, { query: { by: "template", days } });
        expect(items).toEqual(reference(events, days));
        expect(more).toBe(false);
      },
    ),
    { numRuns: 15 },
  );
  await store([{ message: 1, what: "sent", hoursAgo: 1, source: "terrace" }]);
  const byChannel = await callRoute(routes, workspaceId, getMessageFigures, { query: { by: "channel", days: 1 } });
  expect(byChannel.items.map(({ key }) => key)).toContain("sms");
  const bySource = await callRoute(routes, workspaceId, getMessageFigures, { query: { by: "source", days: 1 } });
  expect(bySource.items.map(({ key }) => key)).toEqual(["journey:1"]);
});
