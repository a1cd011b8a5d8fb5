import { z } from "zod";
import { pageOf, pageQuery, route, workspaceParams } from "../route.ts";

const day = z.iso.date();
const dayRange = {
  from: day.optional().describe("First day; default: all"),
  to: day.optional().describe("Last day, included; default: all"),
};
const figures = { exposures: z.number(), clicks: z.number(), cost: z.number(), currency: z.string() };
export const listChannelFigures = route({
  id: "listChannelFigures",
  tag: "Imports",
  summary:
    "Exposures, clicks and cost by day, channel and campaign as they were imported, newest day first; of several imports the newest counts",
  method: "GET",
  path: "/api/workspaces/:workspace/channel-figures",
  access: "events:read",
  params: workspaceParams,
  query: pageQuery.extend(dayRange),
  response: pageOf(z.object({ day: z.string(), channel: z.string(), campaign: z.string(), ...figures })),
});
export const getChannelTotals = route({
  id: "getChannelTotals",
  tag: "Imports",
  summary: "Imported exposures, clicks and cost summed up by channel or by day, each currency apart",
  method: "GET",
  path: "/api/workspaces/:workspace/channel-figures/totals",
  access: "events:read",
  params: workspaceParams,
  query: z.object({ by: z.enum(["channel", "day"]).default("channel"), ...dayRange }),
  response: z.object({
    items: z.array(z.object({ key: z.string().describe("The channel, or the day"), ...figures })),
    complete: z.boolean().describe("False: there are more than are listed"),
  }),
});

export const channelFigureRoutes = [listChannelFigures, getChannelTotals] as const;
