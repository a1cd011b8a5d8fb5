import { LAYER_WHYS } from "@terrace/domain/pyramids/layer-why";
import { z } from "zod";
import { doneResponse, pageOf, pageQuery, route, workspaceParams } from "../route.ts";
import { personIdSchema, personParams } from "./people.ts";
import { badgeSchema, layerKeySchema, ownerSchema } from "./pyramids.ts";
import { listedIdsSchema, useSchema } from "./segments.ts";

/** People appointed, or given a care owner, at once. */
export const PYRAMID_PEOPLE_MAX = 1_000;

const params = workspaceParams.extend({ pyramid: z.string().max(40) });
const layerParams = params.extend({ layer: z.string().max(40) });
const base = "/api/workspaces/:workspace/pyramids/:pyramid";
const person = z.object({ personId: personIdSchema, displayName: z.string() });
const instant = z.iso.datetime({ offset: true });
const note = z.string().trim().max(500);

export const layerWhySchema = z
  .enum(LAYER_WHYS)
  .describe(
    "condition: what they did, or did not; review: the monthly review promoted them; lapsed: a grace after they met the condition no longer; minimum: the monthly minimum was not met; appointed, appointment_ended: by hand; layer_changed: layers were merged or taken out; rules_changed: by an operator's change of rules; merged_people: ids were joined or parted",
  );

export const appointmentSchema = z.object({
  id: z.string(),
  layer: layerKeySchema,
  person,
  appointedBy: z.string(),
  appointedAt: z.string(),
  until: z.string().nullable().describe("Null: until it is ended"),
  note: z.string(),
  endedAt: z.string().nullable().describe("Null: it goes on"),
  endedBy: z.string().nullable().describe("Null: it goes on, or its time was over"),
});
export type AppointmentView = z.output<typeof appointmentSchema>;

export const listAppointments = route({
  id: "listAppointments",
  tag: "Pyramids",
  summary: "Who was appointed to which layer by whom, the newest first",
  method: "GET",
  path: `${base}/appointments`,
  access: "people:read",
  params,
  query: pageQuery.extend({
    layer: layerKeySchema.optional(),
    person: personIdSchema.optional(),
    ended: z.enum(["true", "false"]).default("false").describe("true: those that ended too"),
  }),
  response: pageOf(appointmentSchema),
});
export const createAppointments = route({
  id: "createAppointments",
  tag: "Pyramids",
  summary:
    "Appoint people to a layer: that beats every condition. Whoever is appointed to one of the pyramid's layers already is appointed anew",
  method: "POST",
  path: `${base}/appointments`,
  access: "segments:write",
  params,
  body: z.strictObject({
    layer: layerKeySchema,
    people: listedIdsSchema.extend({ values: listedIdsSchema.shape.values.max(PYRAMID_PEOPLE_MAX) }),
    until: instant.nullable().default(null),
    note: note.default(""),
  }),
  response: z.object({
    appointed: z.number().int().describe("People"),
    unknown: z.number().int().describe("Ids among those given that nobody has"),
  }),
});
export const endAppointment = route({
  id: "endAppointment",
  tag: "Pyramids",
  summary: "End an appointment now",
  method: "DELETE",
  path: `${base}/appointments/:appointment`,
  access: "segments:write",
  params: params.extend({ appointment: z.string().max(20) }),
  response: doneResponse,
});

export const layerPersonSchema = person.extend({
  since: z.string().describe("In the layer since"),
  why: layerWhySchema,
  appointment: appointmentSchema.pick({ id: true, appointedBy: true, until: true, note: true }).nullable(),
  careOwner: ownerSchema.nullable().describe("Who cares for them one to one"),
  leavesAt: z.string().nullable().describe("When a grace ends after which they leave the layer"),
});
export const listLayerPeople = route({
  id: "listLayerPeople",
  tag: "Pyramids",
  summary: "The people of a layer, who came in last first; exported by the layer's segment",
  method: "GET",
  path: `${base}/layers/:layer/people`,
  access: "people:read",
  params: layerParams,
  query: pageQuery.extend({
    careOwner: z.string().max(40).optional().describe("An operator's id, or `none` for people without one"),
  }),
  response: pageOf(layerPersonSchema),
});
export const getLayerUses = route({
  id: "getLayerUses",
  tag: "Pyramids",
  summary: "What names a layer, by its segment or by the trait: a layer that something names cannot be taken out or merged away",
  method: "GET",
  path: `${base}/layers/:layer/uses`,
  access: "people:read",
  params: layerParams,
  response: z.object({ items: z.array(useSchema) }),
});
export const mergeLayers = route({
  id: "mergeLayers",
  tag: "Pyramids",
  summary: "Put a layer into the one beside it: its people, appointments and standing go over, and the layer is no more",
  method: "POST",
  path: `${base}/merge`,
  access: "segments:write",
  params,
  body: z.strictObject({
    from: layerKeySchema.describe("The layer that is no more"),
    into: layerKeySchema.describe("The one directly above or below it"),
    rule: z
      .enum(["either", "kept"])
      .default("either")
      .describe("either: who meets the rule of one of both qualifies; kept: the rule of `into` stays, and people stay by it only"),
  }),
  response: z.object({ moved: z.number().int().describe("People who were in `from`") }),
});

export const setCareOwner = route({
  id: "setCareOwner",
  tag: "Pyramids",
  summary: "Give people a member who cares for them one to one, give them another, or none",
  method: "POST",
  path: `${base}/care`,
  access: "people:write",
  params,
  body: z.strictObject({
    people: z.array(personIdSchema).min(1).max(PYRAMID_PEOPLE_MAX),
    owner: z.string().max(40).nullable().describe("Id of a member; null: nobody"),
  }),
  response: z.object({ changed: z.number().int() }),
});
export const shareOutCare = route({
  id: "shareOutCare",
  tag: "Pyramids",
  summary: "Share the people of a layer who have no care owner out among its owners: each goes to whoever cares for the fewest",
  method: "POST",
  path: `${base}/layers/:layer/care`,
  access: "people:write",
  params: layerParams,
  response: z.object({ given: z.number().int(), left: z.number().int().describe("People still without one; ask again") }),
});
export const getCareLoads = route({
  id: "getCareLoads",
  tag: "Pyramids",
  summary: "How many people each member cares for, by layer",
  method: "GET",
  path: `${base}/care`,
  access: "people:read",
  params,
  response: z.object({
    items: z.array(z.object({ layer: layerKeySchema, owner: ownerSchema.nullable().describe("Null: nobody"), people: z.number().int() })),
  }),
});

const placeSchema = z.object({ layer: layerKeySchema, name: z.object({ zh: z.string(), en: z.string() }), badge: badgeSchema });
export const getPersonPyramids = route({
  id: "getPersonPyramids",
  tag: "Pyramids",
  summary: "The layer of a person in each pyramid, and how they came through the layers, the last change first",
  method: "GET",
  path: "/api/workspaces/:workspace/people/:person/pyramids",
  access: "people:read",
  params: personParams,
  response: z.object({
    items: z.array(
      z.object({
        pyramid: z.string(),
        name: z.object({ zh: z.string(), en: z.string() }),
        now: placeSchema.nullable().describe("Null while they are in no layer"),
        since: z.string().nullable(),
        appointment: appointmentSchema.pick({ id: true, layer: true, appointedBy: true, until: true, note: true }).nullable(),
        careOwner: ownerSchema.nullable(),
        leavesAt: z.string().nullable(),
        history: z
          .array(
            z.object({
              at: z.string(),
              from: layerKeySchema.nullable(),
              to: layerKeySchema.nullable(),
              why: layerWhySchema,
              month: z.string().nullable().describe("YYYY-MM that a review was of"),
              by: z.string().nullable().describe("Who appointed, or ended an appointment"),
            }),
          )
          .describe("The last 100"),
      }),
    ),
  }),
});

export const pyramidPeopleRoutes = [
  listAppointments,
  createAppointments,
  endAppointment,
  listLayerPeople,
  getLayerUses,
  mergeLayers,
  setCareOwner,
  shareOutCare,
  getCareLoads,
  getPersonPyramids,
] as const;
