import { z } from "zod";
import { route, workspaceParams } from "../route.ts";
import { personParams } from "./people.ts";

const fields = z.object({
  confirmTemplate: z
    .string()
    .min(1)
    .max(100)
    .nullable()
    .describe("Id of the transactional mail that asks to confirm consent to e-mail (double opt-in); null: it counts at once"),
  trackOpens: z.boolean().describe("Letters tell that they were opened"),
  trackClicks: z.boolean().describe("Letters tell which of their links were followed"),
});
export const preferenceCentreSchema = fields.extend({
  ready: z
    .boolean()
    .describe("False: TERRACE_PUBLIC_URL is not set, so messages carry no links and letters that people may end are not sent"),
});
export type PreferenceCentre = z.infer<typeof preferenceCentreSchema>;

export const getPreferenceCentre = route({
  id: "getPreferenceCentre",
  tag: "Consent",
  summary: "How the page on which people choose what they get works, and what letters tell of their readers",
  method: "GET",
  path: "/api/workspaces/:workspace/preference-centre",
  access: "channels:manage",
  params: workspaceParams,
  response: preferenceCentreSchema,
});
export const savePreferenceCentre = route({
  id: "savePreferenceCentre",
  tag: "Consent",
  summary: "Change how the page of preferences works",
  method: "PUT",
  path: "/api/workspaces/:workspace/preference-centre",
  access: "channels:manage",
  params: workspaceParams,
  body: fields,
  response: preferenceCentreSchema,
});
export const makePreferenceLink = route({
  id: "makePreferenceLink",
  tag: "Consent",
  summary:
    "The address of a person's own page of preferences, for two years. Whoever has it may change what they get: give it to nobody else",
  method: "POST",
  path: "/api/workspaces/:workspace/people/:person/preference-link",
  access: "people:write",
  params: personParams,
  response: z.object({ url: z.string() }),
});

export const preferenceRoutes = [getPreferenceCentre, savePreferenceCentre, makePreferenceLink];
