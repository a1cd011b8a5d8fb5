import type { Logger } from "pino";
import type { RouteHandler } from "../../platform/http/handler.ts";
import type { Job } from "../../platform/jobs.ts";
import type { AccessModule } from "../access/module.ts";
import { doctorRoutes } from "./doctor.routes.ts";
import { examinationJob } from "./examination-job.ts";
import type { DoctorDeps } from "./doctor-deps.ts";

export type { DoctorDeps, ErasureLists } from "./doctor-deps.ts";
export { examine } from "./examine.ts";
export type { Finding, Verdict } from "./finding.ts";

/** Looking after what must hold between and inside the engines, asked for in the console. See docs/guides/doctor.md. */
export type DoctorModule = { readonly routes: readonly RouteHandler[]; readonly jobs: readonly Job[]; readonly stop: () => Promise<void> };

export function createDoctor(deps: DoctorDeps & { readonly audit: AccessModule["audit"]; readonly log: Logger }): DoctorModule {
  const { job, stop } = examinationJob(deps);
  return { routes: doctorRoutes(deps), jobs: [job], stop };
}
