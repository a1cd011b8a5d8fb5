import { z } from "zod";
import { route, workspaceParams } from "../route.ts";

export const getFeedStatus = route({
  id: "getFeedStatus",
  tag: "Operate",
  summary: "Lag of every consumer of the feed",
  method: "GET",
  path: "/api/workspaces/:workspace/feed",
  access: "events:read",
  params: workspaceParams,
  response: z.object({ consumers: z.array(z.object({ name: z.string(), lagEvents: z.number().int(), lagSeconds: z.number() })) }),
});
export const replayFeed = route({
  id: "replayFeed",
  tag: "Operate",
  summary: "Make one consumer read the feed again from a time; `warehouse` writes only what the event engine lacks",
  method: "POST",
  path: "/api/workspaces/:workspace/feed/replay",
  access: "workspace:manage",
  params: workspaceParams,
  body: z.object({ consumer: z.string().max(80), from: z.iso.datetime({ offset: true }) }),
  response: z.object({ setBack: z.number().int().describe("Batches or lanes that are read again") }),
});

export const feedRoutes = [getFeedStatus, replayFeed] as const;
