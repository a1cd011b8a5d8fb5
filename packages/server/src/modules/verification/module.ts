import type { RouteHandler } from "../../platform/http/handler.ts";
import type { Job } from "../../platform/jobs.ts";
import type { PersonalDataHolder } from "../../platform/personal-data/holder.ts";
import type { TextPlace } from "../../platform/personal-data/text-place.store.ts";
import { expireVerifications } from "./expire-verifications.ts";
import type { VerificationDeps } from "./verification-deps.ts";
import { createVerificationHolder } from "./verification-holder.ts";
import { verificationRoutes } from "./verification.routes.ts";

export { kindsNaming } from "./eligibility.ts";

/** Verification: people apply, operators decide, and who is approved has a tag and a badge. See docs/guides/verification.md. */
export type VerificationModule = {
  readonly routes: readonly RouteHandler[];
  readonly jobs: readonly Job[];
  readonly holder: PersonalDataHolder;
};

const EXPIRE_EVERY_MS = 15_000;

export function createVerification(deps: VerificationDeps): VerificationModule {
  return {
    routes: verificationRoutes(deps),
    jobs: [{ name: "verification.expire", everyMs: EXPIRE_EVERY_MS, run: () => expireVerifications(deps) }],
    holder: createVerificationHolder(deps),
  };
}

/** Where people may be named besides those whose applications these are. */
export const VERIFICATION_TEXTS: readonly TextPlace[] = [
  { table: "verification_kind", column: "eligibility", keys: ["kind_id"], form: "json" },
  { table: "verification", column: "evidence", keys: ["verification_id"], form: "json" },
  { table: "verification_step", column: "reason", keys: ["step_id"], form: "text" },
];
