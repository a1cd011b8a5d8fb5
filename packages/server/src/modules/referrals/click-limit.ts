import { createTokenBuckets } from "../../platform/http/token-bucket.ts";
import type { LinkTarget } from "./code.store.ts";
import type { ReferralDeps } from "./referral-deps.ts";

/** Followed links of one program that are counted in the long run, and at once: a flood of them must not fill the feed. */
const COUNTED_PER_SECOND = 100;
export const COUNTED_AT_ONCE = 3_000;
const LOGGED_PER_SECOND = 1 / 60;

/** Whether a followed link is counted. Beyond the limit people are sent on all the same, and the log says so once a minute. */
export function createClickLimit({ nowMs, log }: Pick<ReferralDeps, "nowMs" | "log">): (link: LinkTarget) => boolean {
  const counted = createTokenBuckets({ perSecond: COUNTED_PER_SECOND, burst: COUNTED_AT_ONCE }, nowMs);
  const logged = createTokenBuckets({ perSecond: LOGGED_PER_SECOND, burst: 1 }, nowMs);
  return ({ workspaceId, programId }) => {
    if (counted.take(programId) === 0) return true;
    if (logged.take(programId) === 0)
      log.warn({ workspaceId, program: programId }, "links of a program are followed more often than is counted");
    return false;
  };
}
