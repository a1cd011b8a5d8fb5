import { z } from "zod";
import { route, workspaceParams } from "../route.ts";
import { journeyEntrySchema } from "./journeys-parts.ts";
import { messageChannelSchema } from "./templates-content.ts";

const journeys = { tag: "Journeys" } as const;
const GALLERY = "/api/workspaces/:workspace/journey-gallery";
const words = { nameZh: z.string(), nameEn: z.string() };
const ready = z.object({
  key: z.string(),
  ...words,
  descriptionZh: z.string(),
  descriptionEn: z.string(),
  entry: journeyEntrySchema,
  templates: z
    .array(z.object({ key: z.string(), channel: messageChannelSchema, ...words }))
    .describe("What it sends; made and published with it where there is no template of that key yet"),
});
export type ReadyJourneyRow = z.infer<typeof ready>;

export const listReadyJourneys = route({
  ...journeys,
  id: "listReadyJourneys",
  summary: "Journeys that are ready to be taken",
  method: "GET",
  path: GALLERY,
  access: "events:read",
  params: workspaceParams,
  response: z.object({ items: z.array(ready) }),
});
export const takeReadyJourney = route({
  ...journeys,
  id: "takeReadyJourney",
  summary: "Begin a journey as a ready one is drawn, with the templates that it sends",
  method: "POST",
  path: `${GALLERY}/:ready`,
  access: "touch:write",
  params: workspaceParams.extend({ ready: z.string().max(60) }),
  body: z.strictObject({ language: z.enum(["zh-cn", "en"]).default("zh-cn").describe("Of its names, and the templates' default") }),
  response: z.object({ id: z.string() }),
});

export const journeyGalleryRoutes = [listReadyJourneys, takeReadyJourney] as const;
