import { z } from "zod";
import { route, workspaceParams } from "../route.ts";

export const FIGURE_DAYS_MAX = 180;
export const FIGURE_GROUPS_MAX = 500;
const count = z.number().int();

export const messageFiguresSchema = z.object({
  key: z.string().describe("The channel, the id of the template, or the kind and id of the source"),
  name: z.string().describe("Of a template: its name; else as the key"),
  sent: count,
  delivered: count.describe("Where the provider tells"),
  opened: count,
  clicked: count,
  bounced: count,
  complained: count,
  unsubscribed: count,
  failed: count.describe("Of those that were sent: the provider took them and could not deliver"),
});
export type MessageFigures = z.infer<typeof messageFiguresSchema>;

export const getMessageFigures = route({
  id: "getMessageFigures",
  tag: "Channels",
  summary: "What became of the messages that were sent in a period, by channel, template or source: messages, each counted once",
  method: "GET",
  path: "/api/workspaces/:workspace/message-figures",
  access: "events:read",
  params: workspaceParams,
  query: z.object({
    by: z.enum(["channel", "template", "source"]).default("channel"),
    days: z.coerce.number().int().min(1).max(FIGURE_DAYS_MAX).default(30).describe("The last so many times 24 hours"),
  }),
  response: z.object({
    from: z.string(),
    to: z.string(),
    items: z.array(messageFiguresSchema).describe(`The most sent first, at most ${FIGURE_GROUPS_MAX}`),
    more: z.boolean().describe("There are more groups than are told"),
  }),
});

export const messageFigureRoutes = [getMessageFigures];
