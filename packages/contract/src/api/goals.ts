import { GOAL_UNITS } from "@terrace/domain/insight/boards/goal-period";
import { z } from "zod";
import { doneResponse, pageOf, route, workspaceParams } from "../route.ts";

const metric = z.string().min(1).max(80).describe("Id of a metric");
const unit = z.enum(GOAL_UNITS);
const startsOn = z.string().max(10).describe("Local date on which the period begins; weeks begin on Monday");
const target = z.number().min(-1e15).max(1e15).describe("In the metric's unit: money in minor units, shares as parts of 1");

export const goalSchema = z.object({
  id: z.string(),
  metric,
  unit,
  startsOn: z.string(),
  endsBefore: z.string().describe("Local date of the first day after the period"),
  target,
  owner: z.string().describe("Who answers for it"),
  note: z.string(),
  createdAt: z.string(),
  createdBy: z.string(),
});
export type Goal = z.infer<typeof goalSchema>;
const params = workspaceParams.extend({ goal: z.string().max(20) });
const ownerText = z.string().trim().max(120);
const note = z.string().trim().max(300);

export const listGoals = route({
  id: "listGoals",
  tag: "Goals",
  summary: "Goals of metrics by period, the latest first",
  method: "GET",
  path: "/api/workspaces/:workspace/goals",
  access: "events:read",
  params: workspaceParams,
  query: z.object({
    metric: metric.optional(),
    unit: unit.optional(),
    on: z.string().max(10).optional().describe("Local date: goals whose period holds it"),
  }),
  response: pageOf(goalSchema),
});
export const createGoal = route({
  id: "createGoal",
  tag: "Goals",
  summary: "Set what a metric is to reach in a period",
  method: "POST",
  path: "/api/workspaces/:workspace/goals",
  access: "insight:write",
  params: workspaceParams,
  body: z.strictObject({ metric, unit, startsOn, target, owner: ownerText.default(""), note: note.default("") }),
  response: goalSchema,
});
export const updateGoal = route({
  id: "updateGoal",
  tag: "Goals",
  summary: "Change a goal's target, owner or note",
  method: "PATCH",
  path: "/api/workspaces/:workspace/goals/:goal",
  access: "insight:write",
  params,
  body: z.strictObject({ target, owner: ownerText, note }).partial(),
  response: goalSchema,
});
export const deleteGoal = route({
  id: "deleteGoal",
  tag: "Goals",
  summary: "Delete a goal",
  method: "DELETE",
  path: "/api/workspaces/:workspace/goals/:goal",
  access: "insight:write",
  params,
  response: doneResponse,
});

export const goalRoutes = [listGoals, createGoal, updateGoal, deleteGoal] as const;
