import { MATCHERS_MAX, virtualMatcherSchema, virtualNameSchema } from "@terrace/contract/api/virtual-events";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { faultError } from "../../../platform/http/fault-error.ts";
import { parseInput } from "../../../platform/http/input-fault.ts";
import type { VirtualEvents } from "./virtual-events.ts";
import type { VisualSession, VisualSessions } from "./visual-session.ts";

export type OverlayDeps = {
  readonly virtualEvents: VirtualEvents;
  readonly sessions: VisualSessions;
  readonly workspaceName: (workspaceId: number) => Promise<string>;
  readonly count: (workspaceId: number, matchers: readonly z.infer<typeof virtualMatcherSchema>[]) => Promise<readonly number[]>;
};

const BODY_BYTES_MAX = 64 * 1024;
const countBody = z.object({ matchers: z.array(virtualMatcherSchema).min(1).max(MATCHERS_MAX) });
const saveBody = z.object({ name: virtualNameSchema, matcher: virtualMatcherSchema });

/**
 * What the overlay on an operator's own page may ask. The page is of another origin: its answers are readable there only when the token in
 * the body is good and made for that very origin. Bodies come as plain text, so there is no preflight that would have to say yes without a token.
 */
export function registerOverlay(server: FastifyInstance, deps: OverlayDeps): void {
  server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("text/plain", { parseAs: "string", bodyLimit: BODY_BYTES_MAX }, (_request, body, done) => done(null, body));
    scope.addHook("onRequest", async (_request, reply) => {
      reply.headers({ "cross-origin-resource-policy": "cross-origin", "cache-control": "no-store", vary: "origin" });
    });
    const post = (path: string, run: (session: VisualSession, body: unknown, request: FastifyRequest) => Promise<object>): void => {
      scope.post(`/sdk/visual/${path}`, async (request, reply) => reply.send(await run(...(await enter(deps, request, reply)), request)));
    };
    post("start", async ({ workspaceId, origin, expiresMs }) => ({
      workspace: await deps.workspaceName(workspaceId),
      origin,
      expiresAt: new Date(expiresMs).toISOString(),
      events: (await deps.virtualEvents.list(workspaceId)).map(({ name, matcher }) => ({ name, matcher })),
    }));
    post("count", async ({ workspaceId }, body) => ({ counts: await deps.count(workspaceId, parse(countBody, body).matchers) }));
    post("save", async ({ workspaceId, actor }, body, request) => {
      const { name, matcher } = parse(saveBody, body);
      await deps.virtualEvents.create({ workspaceId, actor, ip: request.ip }, { name, matcher, description: "" });
      return { name };
    });
  });
}

/** The session behind a request and the rest of its body; only then may the page read the answer. */
async function enter({ sessions }: OverlayDeps, request: FastifyRequest, reply: FastifyReply): Promise<[VisualSession, unknown]> {
  const malformed = faultError("request.malformed", { mend: "Send JSON with a token, as text/plain" });
  let body: unknown;
  try {
    body = JSON.parse(typeof request.body === "string" ? request.body : "");
  } catch {
    throw malformed;
  }
  const given = z.looseObject({ token: z.string().max(4_096) }).safeParse(body);
  if (!given.success) throw malformed;
  const session = await sessions.read(given.data.token, request.headers.origin);
  reply.header("access-control-allow-origin", session.origin);
  return [session, body];
}

function parse<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  return parseInput<Schema>(schema, body, "body");
}
