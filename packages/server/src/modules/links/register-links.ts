import { isMachine } from "@terrace/domain/messages/automatic";
import type { Receipt } from "@terrace/domain/messages/receipt";
import type { FastifyInstance, FastifyReply } from "fastify";
import type { LinkDeps } from "./link-deps.ts";
import type { MakeLinks } from "./make-links.ts";
import type { OpenedLink } from "./opened-link.ts";
import { pathOf } from "./paths.ts";
import { registerPages } from "./register-pages.ts";
import { createVisits, PRIVATE, type Visit, type Visits } from "./visit.ts";

const FORM_BYTES_MAX = 4_096;
/** One transparent pixel. */
const PIXEL = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");

/** Registers the public addresses that stand in messages. */
export async function registerLinks(app: FastifyInstance, deps: LinkDeps, make: MakeLinks): Promise<void> {
  const visits = createVisits(deps);
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // Of mail programs (RFC 8058) and of our own pages; what is in anything else is of no account.
    scope.addContentTypeParser("*", { parseAs: "string", bodyLimit: FORM_BYTES_MAX }, (request, body, done) =>
      done(
        null,
        /^application\/x-www-form-urlencoded\b/i.test(request.headers["content-type"] ?? "") ? new URLSearchParams(String(body)) : null,
      ),
    );
    registerPages(scope, deps, visits, make);
    scope.get(pathOf("click", ":token"), async (request: Visit, reply) => {
      const link = await visits.open(request, reply, "click");
      if (link === undefined) return reply;
      await tell({ deps, visits }, link, request, { what: "clicked", detail: String(link.said.place) });
      // Where it leads was sealed when the message was made; nothing that comes with the request has a say.
      return reply.headers(PRIVATE).redirect(link.said.target, 302);
    });
    scope.get("/m/o/:token.gif", async (request: Visit, reply) => {
      const link = await visits.open(request, reply, "open");
      if (link === undefined) return reply;
      await tell({ deps, visits }, link, request, { what: "opened", detail: "" });
      return sendPixel(reply);
    });
  });
}

function sendPixel(reply: FastifyReply): FastifyReply {
  // Other sites' pages show it: that of whoever reads mail in a browser.
  return reply.headers({ ...PRIVATE, "content-type": "image/gif", "cross-origin-resource-policy": "cross-origin" }).send(PIXEL);
}

/** Writes down what was done with a message. People get on whether or not that works: what is lost is one figure. */
async function tell(
  { deps, visits }: { readonly deps: LinkDeps; readonly visits: Visits },
  link: OpenedLink,
  request: Visit,
  happened: Pick<Receipt, "what" | "detail">,
): Promise<void> {
  if (request.method === "HEAD" || !visits.isCounted(link)) return;
  const { workspaceId, said } = link;
  const automatic = isMachine(request.headers["user-agent"] ?? "");
  try {
    await deps.takeReceipts(workspaceId, { providerId: null, kind: "link" }, [
      { ...happened, reference: said.reference, atMs: deps.nowMs(), automatic },
    ]);
  } catch (error) {
    deps.log.warn({ err: error, message: said.reference, what: happened.what }, "what was done with a message could not be written down");
  }
}
