import { CHANNEL_KINDS, CHANNEL_STAGES } from "@terrace/domain/insight/channels/channel-terms";
import { z } from "zod";
import { doneResponse, route, workspaceParams } from "../route.ts";
import { analysisRoute, peopleBehindRoute } from "./insight-analysis.ts";
import { groupsShown, ofGroup, peopleComparedQuery } from "./insight-breakdown.ts";
import { filtersQuery } from "./insight-conditions.ts";
import {
  count,
  eventsUsedSchema,
  minor,
  quotient,
  registrationSchema,
  touchBySchema,
  touchesSchema,
  tradeBasis,
  tradeQuery,
} from "./insight-money-parts.ts";
import { periodSchema, weekStartSchema } from "./insight-parts.ts";
import { eventFieldSchema, periodShown } from "./insight-sequence-parts.ts";

export const channelsQuerySchema = z.strictObject({
  ...filtersQuery,
  ...peopleComparedQuery,
  period: periodSchema.describe("When people have to be seen first; figures of channels are of its days"),
  weekStart: weekStartSchema,
  by: touchBySchema.default([{ column: "utmSource" }]),
  touches: touchesSchema,
  touch: z.enum(["first", "last"]).default("first").describe("Which touch of a person says their channel"),
  byCampaign: z.boolean().default(false),
  campaign: eventFieldSchema.default({ column: "utmCampaign" }).describe("Of the same touch"),
  registration: registrationSchema,
  ...tradeQuery,
  withinDays: z
    .number()
    .int()
    .min(1)
    .max(3_660)
    .optional()
    .describe("Registrations, orders and money count for so many days of 24 hours after somebody was first seen; without it up to now"),
});

/** What people did whom a channel brought. */
const ofPeople = {
  people: count.describe("First seen in the period"),
  registered: count,
  customers: count.describe("With an order"),
  repeaters: count.describe("With two orders or more"),
  orders: count,
  netMinor: minor,
  registration: quotient.describe("registered ÷ people"),
  firstOrder: quotient.describe("customers ÷ people"),
  repurchase: quotient.describe("repeaters ÷ customers"),
  ltv: quotient.describe("netMinor ÷ people"),
};
const figures = {
  exposures: z.number(),
  clicks: z.number(),
  ...ofPeople,
  importedCostMinor: minor.describe("Imported, or told by Channel Exposure"),
  feeMinor: minor.describe("The part of the fixed fee that falls on the period"),
  shareMinor: minor.describe("The agreed share of net revenue"),
  costMinor: minor.describe("All three"),
  conversion: quotient.describe("registered ÷ exposures"),
  costPerRegistration: quotient.describe("costMinor ÷ registered"),
  cac: quotient.describe("costMinor ÷ customers"),
  roi: quotient.describe("(netMinor − costMinor) ÷ costMinor"),
};
const basis = z.object({ ...tradeBasis, registration: eventsUsedSchema });
const channel = {
  channel: z.string().nullable().describe("null: people whom nothing touched"),
  campaign: z.string().nullable(),
  kind: z.enum(CHANNEL_KINDS),
};
/** Channels show and cost for everybody, so of some people only what they did is told. */
const groupFigures = z.object({
  ...periodShown,
  currency: z.string(),
  basis,
  total: z.object(ofPeople),
  rows: z.array(z.object({ ...channel, ...ofPeople })),
});

export const queryChannels = analysisRoute({
  id: "queryChannels",
  kind: "channels",
  summary: "Channel report: exposure, visit, registration, first order, repurchase, LTV, cost, CAC and ROI by channel and campaign",
  body: channelsQuerySchema.extend({ compare: z.boolean().default(false).describe("Adds the period before") }),
  response: z.object({
    ...periodShown,
    currency: z.string(),
    basis,
    costInOtherCurrency: z.boolean().describe("Some cost is in another currency and does not count"),
    total: z.object(figures),
    previousTotal: z.object(figures).optional(),
    rows: z.array(
      z.object({
        ...channel,
        ...figures,
        previous: z.object(figures).nullable().optional().describe("null: nothing in the period before"),
      }),
    ),
    ...groupsShown(groupFigures),
  }),
});
export const listChannelPeople = peopleBehindRoute({
  id: "listChannelPeople",
  kind: "channels",
  summary: "The people a channel brought, by how far they came",
  body: channelsQuerySchema.extend({
    ...ofGroup,
    cell: z.strictObject({
      stage: z.enum(CHANNEL_STAGES).default("people"),
      channel: z.string().nullable().optional().describe("null: people whom nothing touched; without it all channels"),
      campaign: z.string().nullable().optional().describe("null: none; without it all campaigns"),
    }),
  }),
});

const date = z.string().max(10).describe("Local date");
const names = z.string().trim().min(1).max(255);
export const channelTermsSchema = z.object({
  channel: names,
  kind: z.enum(CHANNEL_KINDS),
  aliases: z.array(names).max(50).describe("Other values of events and figures that mean this channel"),
  sharePercent: z.number().min(0).max(100).describe("Of net revenue, to hundredths"),
  feeMinor: z.number().int().min(0).max(1e15).describe("Fixed, for the days from feeFrom to feeTo"),
  feeFrom: date.nullable(),
  feeTo: date.nullable().describe("Not included"),
});

export const listChannelTerms = route({
  id: "listChannelTerms",
  tag: "Insight",
  summary: "What was agreed with channels, partners and KOLs, and by which names they go",
  method: "GET",
  path: "/api/workspaces/:workspace/channel-terms",
  access: "events:read",
  params: workspaceParams,
  response: z.object({
    currency: z.string(),
    items: z.array(channelTermsSchema.extend({ updatedBy: z.string(), updatedAt: z.string() })),
  }),
});
export const saveChannelTerms = route({
  id: "saveChannelTerms",
  tag: "Insight",
  summary: "Set what was agreed with a channel; what was set before is replaced",
  method: "PUT",
  path: "/api/workspaces/:workspace/channel-terms",
  access: "events:define",
  params: workspaceParams,
  body: channelTermsSchema.extend({
    kind: channelTermsSchema.shape.kind.default("channel"),
    aliases: channelTermsSchema.shape.aliases.default([]),
    sharePercent: channelTermsSchema.shape.sharePercent.default(0),
    feeMinor: channelTermsSchema.shape.feeMinor.default(0),
    feeFrom: channelTermsSchema.shape.feeFrom.default(null),
    feeTo: channelTermsSchema.shape.feeTo.default(null),
  }),
  response: channelTermsSchema,
});
export const deleteChannelTerms = route({
  id: "deleteChannelTerms",
  tag: "Insight",
  summary: "Forget what was agreed with a channel; its figures stay",
  method: "DELETE",
  path: "/api/workspaces/:workspace/channel-terms/:channel",
  access: "events:define",
  params: workspaceParams.extend({ channel: z.string().max(255) }),
  response: doneResponse,
});

export const channelsRoutes = [queryChannels, listChannelPeople, listChannelTerms, saveChannelTerms, deleteChannelTerms] as const;
