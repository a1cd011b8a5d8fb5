import { faultError } from "../../../platform/http/fault-error.ts";
import type { AccessModule } from "../../access/module.ts";
import type { PrivacyModule } from "../../privacy/module.ts";
import { z } from "zod";

const SESSION_MS = 30 * 60_000;

const sessionSchema = z.object({
  kind: z.literal("visual"),
  workspaceId: z.number().int(),
  operatorId: z.string(),
  actor: z.string(),
  origin: z.string(),
  expiresMs: z.number(),
});
/** What a token says: who may define events, in which workspace, on pages of which site, until when. */
export type VisualSession = Omit<z.infer<typeof sessionSchema>, "kind">;

export type VisualSessionDeps = {
  readonly privacy: Pick<PrivacyModule, "signToken" | "readToken">;
  readonly isMember: AccessModule["isMember"];
  readonly nowMs: () => number;
};

/** Links that let an operator define events on a page of theirs. */
export type VisualSessions = {
  /** The address with the token in its fragment, which browsers send to no server. Fault: request.invalid. */
  readonly open: (
    who: { readonly workspaceId: number; readonly operatorId: string; readonly actor: string },
    url: string,
  ) => { readonly url: string; readonly origin: string; readonly expiresMs: number };
  /** The session of a token used on a page of an origin. Faults: visual_session.invalid, visual_session.elsewhere. */
  readonly read: (token: string, origin: string | undefined) => Promise<VisualSession>;
};

export function createVisualSessions({ privacy, isMember, nowMs }: VisualSessionDeps): VisualSessions {
  return {
    open: (who, url) => {
      const page = pageOf(url);
      const expiresMs = nowMs() + SESSION_MS;
      const session: z.infer<typeof sessionSchema> = { kind: "visual", ...who, origin: page.origin, expiresMs };
      page.hash = `${page.hash === "" ? "" : `${page.hash.slice(1)}&`}terrace-visual=${privacy.signToken(JSON.stringify(session))}`;
      return { url: page.href, origin: page.origin, expiresMs };
    },
    read: async (token, origin) => {
      const expired = faultError("visual_session.invalid", { mend: "Open the page again from Terrace: a link is good for 30 minutes" });
      const text = privacy.readToken(token);
      if (text === undefined) throw expired;
      const session = sessionSchema.safeParse(JSON.parse(text));
      if (!session.success || session.data.expiresMs <= nowMs()) throw expired;
      if (session.data.origin !== origin)
        throw faultError("visual_session.elsewhere", { mend: `This link is for pages of ${session.data.origin}` });
      if (!(await isMember(session.data.workspaceId, session.data.operatorId))) throw expired;
      return session.data;
    },
  };
}

function pageOf(url: string): URL {
  const page = URL.canParse(url) ? new URL(url) : undefined;
  if (page === undefined || !/^https?:$/.test(page.protocol) || page.username !== "")
    throw faultError("request.invalid", { field: "url", mend: "Give the whole address of a page, beginning with https:// or http://" });
  return page;
}
