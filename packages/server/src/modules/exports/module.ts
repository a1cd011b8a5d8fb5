import type { RouteHandler } from "../../platform/http/handler.ts";
import type { Job } from "../../platform/jobs.ts";
import type { PersonalDataHolder } from "../../platform/personal-data/holder.ts";
import { createExportCommands, type ExportDeps } from "./export.commands.ts";
import { createExportHolder } from "./export-holder.ts";
import { exportRoutes } from "./export.routes.ts";
import type { ExportSource } from "./export-source.ts";
import { eventsSource, type EventsSourceDeps } from "./events-source.ts";
import { listSources } from "./list-source.ts";
import type { PageThreads } from "./people-pages.ts";
import { peopleSource } from "./people-source.ts";
import type { TakeExportedDeps } from "./take-exported.ts";
import type { PeopleModule } from "../people/module.ts";

export type ExportsDeps = Omit<ExportDeps, "sources"> &
  EventsSourceDeps &
  TakeExportedDeps & {
    readonly people: Pick<PeopleModule, "openExport" | "clearIds" | "restoreFacts">;
    /** Where the pages of a file of people are made. */
    readonly threads: PageThreads;
    /** Every route of this process: their lists can be exported. */
    readonly routes: () => readonly RouteHandler[];
  };

export { openPageMaker } from "./people-pages.ts";
export type { MadePage, PageJob, PageThreads, PeopleOrder } from "./people-pages.ts";

/** Taking data out of Terrace: streamed, masked by role, and on record. See docs/guides/export.md. */
export type ExportsModule = {
  readonly routes: readonly RouteHandler[];
  readonly jobs: readonly Job[];
  readonly holder: PersonalDataHolder;
};

const SWEEP_MS = 60_000;

export function createExports(deps: ExportsDeps): ExportsModule {
  let known: ReadonlyMap<string, ExportSource> | undefined;
  const sources = (): ReadonlyMap<string, ExportSource> => {
    if (known === undefined) {
      const own = [peopleSource(deps), eventsSource(deps)];
      // The list of recent events goes by another name, and is exported whole above.
      const lists = listSources(deps.routes(), new Set([...own.map(({ what }) => what), "recent-events"]));
      known = new Map([...own, ...lists].map((source) => [source.what, source]));
    }
    return known;
  };
  const commands = createExportCommands({ ...deps, sources });
  return {
    routes: exportRoutes({ ...deps, commands, sources }),
    jobs: [{ name: "exports.sweep", everyMs: SWEEP_MS, run: commands.sweep }],
    holder: createExportHolder(deps),
  };
}
