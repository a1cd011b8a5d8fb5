import { z } from "zod";
import { personIdSchema } from "./people.ts";
import { pageOf, pageQuery, route, workspaceParams } from "../route.ts";
import { enrolmentSchema, journeyParams, journeySchema, JOURNEYS } from "./journeys.ts";

const journeys = { tag: "Journeys" } as const;
const personEnrolmentSchema = enrolmentSchema.omit({ person: true }).extend({
  journey: journeySchema.pick({ id: true, name: true, state: true }),
  nodeName: z.string().describe("Of the node they are at, or left it at; empty: it has none"),
});
export type PersonEnrolment = z.infer<typeof personEnrolmentSchema>;

export const listPersonJourneys = route({
  ...journeys,
  id: "listPersonJourneys",
  summary: "Journeys a person is or was in, or was held back from, the last one first",
  method: "GET",
  path: "/api/workspaces/:workspace/people/:person/journeys",
  access: "people:read",
  params: workspaceParams.extend({ person: personIdSchema }),
  query: pageQuery,
  response: pageOf(personEnrolmentSchema),
});
export const exportEnrolments = route({
  ...journeys,
  id: "exportEnrolments",
  summary: "Everybody who came into a journey as CSV: since when, where they are or left it, and whether they reached the goal",
  method: "GET",
  path: `${JOURNEYS}/:journey/enrolments.csv`,
  access: "data:export",
  params: journeyParams,
  response: z.string().describe("text/csv: a row for each enrolment, the newest first; names as the caller's role sees them"),
});

export const journeyPeopleRoutes = [listPersonJourneys, exportEnrolments] as const;
