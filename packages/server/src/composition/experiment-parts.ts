import type { AccessModule } from "../modules/access/module.ts";
import { createHoldouts, type Holdouts } from "../modules/holdouts/module.ts";
import type { Insight } from "../modules/insight/module.ts";
import type { PeopleModule } from "../modules/people/module.ts";
import type { RouteHandler } from "../platform/http/handler.ts";
import type { Job } from "../platform/jobs.ts";
import type { PersonalDataHolder } from "../platform/personal-data/holder.ts";
import type { Core } from "./core.ts";

type Part = { readonly routes: readonly RouteHandler[]; readonly jobs: readonly Job[] };
type Ground = { readonly access: Pick<AccessModule, "audit" | "workspace">; readonly people: PeopleModule; readonly insight: Insight };

export type ExperimentParts = {
  /** What everything that acts on people asks first. */
  readonly holdouts: Holdouts;
  readonly parts: readonly Part[];
  readonly keepers: readonly { readonly holder: PersonalDataHolder }[];
};

/** What finds out what something was worth: people are given it or not, and compared. */
export function createExperimentParts(core: Core, { access: { audit, workspace }, people, insight }: Ground): ExperimentParts {
  const holdouts = createHoldouts({
    ...core,
    audit,
    people,
    insight,
    calendar: async (workspaceId) => ({ zone: (await workspace(workspaceId))?.timeZone ?? "UTC", weekStart: "monday" }),
  });
  return { holdouts, parts: [holdouts], keepers: [holdouts] };
}
