import { expect, test } from "vitest";
import { writeEventTypes, type EventShape } from "./typescript-events.ts";

const order: EventShape = {
  name: "Order Completed",
  title: "完成订单 */ \n order",
  schema: {
    properties: {
      order_id: { type: "string", required: true },
      channel: { type: "string", required: false, oneOf: ["store", 'the "app"'] },
    },
    allowOthers: true,
  },
  seen: [
    { name: "order_id", types: ["number"] },
    { name: "revenue", types: ["number", "string"] },
    { name: "at", types: ["datetime", "string"] },
    { name: "$original_time", types: ["string"] },
  ],
};

test("a schema decides, what was seen is optional, and Terrace's own names are left out", () => {
  expect(writeEventTypes([order, { name: "$pageview", title: "", schema: null, seen: [] }])).toMatchInlineSnapshot(`
    "// Written by \`terrace types\` from the event definitions of a workspace; write it again rather than edit it.

    /** The properties of each event by its name: \`createTerrace<TerraceEvents>({ … })\`. */
    export type TerraceEvents = {
      /** 完成订单 *∕ order */
      readonly "Order Completed": {
        readonly "at"?: string | undefined;
        readonly "channel"?: "store" | "the \\"app\\"" | undefined;
        readonly "order_id": string;
        readonly "revenue"?: number | string | undefined;
        readonly [property: string]: unknown;
      };
    };
    "
  `);
});

test("a closed schema allows nothing else", () => {
  const closed = writeEventTypes([{ ...order, schema: { properties: {}, allowOthers: false } }]);
  expect(closed).not.toContain("revenue");
  expect(closed).not.toContain("[property: string]");
});
