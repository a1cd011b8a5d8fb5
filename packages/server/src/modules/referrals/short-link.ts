import { subscriberOf } from "@terrace/domain/event/event-context";
import type { FeedEvent } from "@terrace/domain/event/feed-event";
import { EMPTY_CONTEXT } from "@terrace/domain/event/feed-event";
import { REFERRAL_CLICKED } from "@terrace/domain/event/referral-events";
import { landingWith, readCode } from "@terrace/domain/referrals/code";
import type { FastifyInstance } from "fastify";
import { faultError } from "../../platform/http/fault-error.ts";
import { createTokenBuckets } from "../../platform/http/token-bucket.ts";
import { createUserAgentParser } from "../collect/module.ts";
import { createClickLimit } from "./click-limit.ts";
import { findLink, type LinkTarget } from "./code.store.ts";
import type { ReferralDeps } from "./referral-deps.ts";

/** Links that one address may follow in the long run; codes cannot be tried out through this door. */
const LINKS_PER_SECOND = 2;
const LINKS_AT_ONCE = 40;

/** Registers the public address of short links. They lead to the program's landing page and nowhere else. */
export async function registerShortLinks(app: FastifyInstance, deps: ReferralDeps): Promise<void> {
  const buckets = createTokenBuckets({ perSecond: LINKS_PER_SECOND, burst: LINKS_AT_ONCE }, deps.nowMs);
  const isCounted = createClickLimit(deps);
  const parseUserAgent = createUserAgentParser();
  await app.register(async (scope) => {
    scope.get<{ Params: { code: string } }>("/r/:code", async (request, reply) => {
      const waitSeconds = buckets.take(subscriberOf(request.ip));
      if (waitSeconds > 0)
        throw faultError("rate.limited", { retryAfterSeconds: waitSeconds, mend: "Follow the link again after the time in Retry-After" });
      const code = readCode(request.params.code);
      const link = code === undefined ? undefined : await findLink(deps.db, code);
      if (code === undefined || link === undefined)
        throw faultError("referral.code_not_found", { field: "code", mend: "Ask whoever sent the link for the whole of it" });
      const { deviceType, browser, os } = parseUserAgent(request.headers["user-agent"] ?? "");
      // Robots, and what looks at links for previews, are sent on like anybody; they are not counted.
      const isSomebody = request.method === "GET" && deviceType !== "" && deviceType !== "bot";
      if (isSomebody && link.live && isCounted(link))
        await deps.accept([clickOf(deps, { code, link, agent: { deviceType, browser, os } })]);
      return reply
        .headers({ "cache-control": "no-store", "referrer-policy": "no-referrer", "x-robots-tag": "noindex" })
        .redirect(landingWith(link.landing, link.parameter, link.live ? code : undefined), 302);
    });
  });
}

type Click = {
  readonly code: string;
  readonly link: LinkTarget;
  readonly agent: Pick<FeedEvent["context"], "deviceType" | "browser" | "os">;
};

/** Of nobody: who followed the link is known once they arrive. */
function clickOf({ nowMs, randomId }: ReferralDeps, { code, link, agent }: Click): FeedEvent {
  const atMs = nowMs();
  return {
    workspaceId: link.workspaceId,
    messageId: `referral-click-${randomId()}`,
    source: "terrace",
    name: REFERRAL_CLICKED,
    timeMs: atMs,
    receivedAtMs: atMs,
    ids: [],
    link: "observed",
    properties: { program: link.programId, code, ...(link.label === "" ? {} : { label: link.label }) },
    context: { ...EMPTY_CONTEXT, ...agent },
    traits: [],
    secrets: {},
  };
}
