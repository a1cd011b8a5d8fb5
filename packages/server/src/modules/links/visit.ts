import { subscriberOf } from "@terrace/domain/event/event-context";
import type { LinkKind } from "@terrace/domain/messages/link-token";
import type { FastifyReply, FastifyRequest } from "fastify";
import { createTokenBuckets } from "../../platform/http/token-bucket.ts";
import type { LinkDeps } from "./link-deps.ts";
import { openLink, type OpenedLink } from "./opened-link.ts";
import { noticePage } from "./pages.ts";
import { pageLanguage } from "./words.ts";

/** One message's links in the long run and at once; and wrong links of one address, which somebody may be guessing. */
const LINK_RATE = { perSecond: 1, burst: 30 };
const WRONG_RATE = { perSecond: 0.5, burst: 30 };

export type Visit = FastifyRequest<{ Params: { token: string }; Querystring: { lang?: string } }>;
export type Visits = {
  /** The link that is visited, or undefined when the visit was answered with why not. */
  readonly open: (request: Visit, reply: FastifyReply, kind: LinkKind) => Promise<OpenedLink | undefined>;
  /** Whether something may be written for this link again already. */
  readonly isCounted: (link: OpenedLink) => boolean;
};

export function createVisits(deps: LinkDeps): Visits {
  const links = createTokenBuckets(LINK_RATE, deps.nowMs);
  const wrong = createTokenBuckets(WRONG_RATE, deps.nowMs);
  return {
    isCounted: ({ workspaceId, said }) => links.take(`${workspaceId} ${said.reference === "" ? said.originId : said.reference}`) === 0,
    open: async (request, reply, kind) => {
      const link = await openLink(deps, request.params.token, kind);
      if (link !== "wrong" && link !== "over") return link;
      const place = { language: pageLanguage(request.headers["accept-language"]) ?? "zh", business: "" } as const;
      const waitSeconds = wrong.take(subscriberOf(request.ip));
      if (waitSeconds > 0) reply.header("retry-after", String(waitSeconds));
      const status = waitSeconds > 0 ? 429 : link === "over" ? 410 : 404;
      await sendPage(reply.code(status), noticePage(place, waitSeconds > 0 ? "busy" : link));
      return undefined;
    },
  };
}

export const PRIVATE = { "cache-control": "no-store", "referrer-policy": "no-referrer", "x-robots-tag": "noindex" };

export function sendPage(reply: FastifyReply, page: string): FastifyReply {
  return reply.headers({ ...PRIVATE, "content-type": "text/html; charset=utf-8" }).send(page);
}

/** A field of a posted form. */
export function fieldOf(request: FastifyRequest, name: string): string {
  const { body } = request;
  return body instanceof URLSearchParams ? (body.get(name) ?? "") : "";
}
