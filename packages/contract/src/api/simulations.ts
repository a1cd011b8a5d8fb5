import { z } from "zod";
import { route, workspaceParams } from "../route.ts";

export const SPEED_MAX = 10_000;
const speed = z.number().min(0.01).max(SPEED_MAX).describe("1 = real time");

export const simulationSchema = z.object({
  workspace: z.string().describe("The labelled workspace that holds it and nothing else"),
  name: z.string(),
  people: z.number().int(),
  days: z.number().int(),
  seed: z.number().int(),
  state: z.enum(["filling", "filled"]),
  filled: z.number().min(0).max(1).describe("Part of its past that is in the feed"),
  live: z.boolean().describe("Its people go on acting in real time"),
  speed,
  events: z.number().int().describe("Events handed to the feed so far"),
  through: z.string().describe("Up to here it was played, on its own clock"),
  from: z.string(),
  to: z.string().describe("Where its past ends"),
});
export type SimulationView = z.infer<typeof simulationSchema>;

export const listSimulations = route({
  id: "listSimulations",
  tag: "Simulations",
  summary: "The simulation in this workspace, and those asked for from it",
  method: "GET",
  path: "/api/workspaces/:workspace/simulations",
  access: "events:read",
  params: workspaceParams,
  response: z.object({ items: z.array(simulationSchema) }),
});
export const startSimulation = route({
  id: "startSimulation",
  tag: "Simulations",
  summary: "Make a labelled workspace with a simulated business; the same call again answers with the one that is there",
  method: "POST",
  path: "/api/workspaces/:workspace/simulations",
  access: "workspace:manage",
  params: workspaceParams,
  body: z.object({
    name: z.string().trim().min(1).max(80).default("模拟数据"),
    people: z.number().default(20_000),
    days: z.number().default(180),
    seed: z.number().default(1),
    end: z.iso.datetime({ offset: true }).optional().describe("Where its past ends; now when left out"),
    live: z.boolean().default(false),
    speed: speed.default(1),
  }),
  response: simulationSchema,
});
export const updateSimulation = route({
  id: "updateSimulation",
  tag: "Simulations",
  summary: "Let a simulated business live, or stand still",
  method: "PATCH",
  path: "/api/workspaces/:workspace/simulations/:simulation",
  access: "workspace:manage",
  params: workspaceParams.extend({ simulation: z.string().max(20).describe("Id of the labelled workspace") }),
  body: z.object({ live: z.boolean(), speed: speed.optional() }),
  response: simulationSchema,
});

export const simulationRoutes = [listSimulations, startSimulation, updateSimulation] as const;
