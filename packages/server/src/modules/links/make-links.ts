import { CONSENT_CHANNEL, type MessageChannel } from "@terrace/domain/messages/channel";
import type { RenderedMessage } from "@terrace/domain/messages/delivery";
import { lastDayOf, writeLink, type LinkKind, type LinkSaid } from "@terrace/domain/messages/link-token";
import { leadLinks, withPixel } from "@terrace/domain/messages/track-links";
import { fail, ok, type Result } from "@terrace/domain/result";
import type { LinkDeps } from "./link-deps.ts";
import { pathOf } from "./paths.ts";
import type { LinkSettings } from "./settings.store.ts";

/** A message that links are made for. */
export type LinksAsked = {
  readonly originId: string;
  readonly channel: MessageChannel;
  readonly purpose: string;
  readonly transactional: boolean;
  readonly reference: string;
};
/** What a template may name as `links.…`. */
export type TemplateLinks = { readonly unsubscribe?: string; readonly preferences?: string; readonly confirm?: string };

export type MakeLinks = {
  /** The links of a message. Fails with `links.no_public_url` where people must be able to end it and nobody could reach the page. */
  readonly linksOf: (workspaceId: number, asked: LinksAsked) => Promise<Result<TemplateLinks>>;
  /** The message as it is sent: its links lead by way of Terrace, and it tells when it is read, as far as the workspace wants that. */
  readonly track: (workspaceId: number, asked: LinksAsked, message: RenderedMessage) => Promise<RenderedMessage>;
  /** The address of a person's page of preferences. */
  readonly preferencesOf: (workspaceId: number, originId: string) => string | undefined;
};

/** Addresses of more bytes than this are not led: their tokens would be longer than what the server and programs of mail take. */
const TARGET_MAX = 1_200;
/** Where links lead in a sandbox of an installation that has no address of its own. */
const NOWHERE = "https://no-public-url.invalid";

export function createMakeLinks(deps: LinkDeps, settingsOf: (workspaceId: number) => Promise<LinkSettings>): MakeLinks {
  const addressOf = (base: string, workspaceId: number, asked: Asked): string => {
    const { kind, target = "", place = 0, originId, reference = "", purpose = "", channel = "" } = asked;
    const untilDay = lastDayOf(kind, deps.nowMs());
    const said = writeLink({ kind, untilDay, originId, reference, purpose, channel, target, place });
    return new URL(pathOf(kind, deps.privacy.sealToken(workspaceId, said)), base).href;
  };
  return {
    linksOf: async (workspaceId, asked) => {
      const { originId, reference, purpose } = asked;
      const channel = CONSENT_CHANNEL[asked.channel];
      if (channel === undefined) return ok({});
      const base = deps.publicUrl ?? ((await deps.isSandbox(workspaceId, asked.channel)) ? NOWHERE : undefined);
      if (base === undefined)
        return asked.transactional || asked.channel !== "email"
          ? ok({})
          : fail("links.no_public_url", { field: "TERRACE_PUBLIC_URL", mend: "Set the address at which people reach this installation" });
      const of = (kind: LinkKind) => addressOf(base, workspaceId, { kind, originId, reference, purpose, channel });
      return ok({ unsubscribe: of("unsubscribe"), preferences: of("preferences"), confirm: of("confirm") });
    },
    track: async (workspaceId, { originId, reference }, message) => {
      const { publicUrl } = deps;
      if (message.channel !== "email" || publicUrl === undefined) return message;
      const { trackOpens, trackClicks } = await settingsOf(workspaceId);
      const own = new URL(pathOf("click", ""), publicUrl).href.replace(/[^/]+\/$/, "");
      const led = trackClicks
        ? leadLinks(message.html, (target, place) =>
            target.startsWith(own) || Buffer.byteLength(target) > TARGET_MAX
              ? undefined
              : addressOf(publicUrl, workspaceId, { kind: "click", originId, reference, target, place }),
          )
        : message.html;
      const html = trackOpens ? withPixel(led, addressOf(publicUrl, workspaceId, { kind: "open", originId, reference })) : led;
      return { ...message, html };
    },
    preferencesOf: (workspaceId, originId) =>
      deps.publicUrl === undefined ? undefined : addressOf(deps.publicUrl, workspaceId, { kind: "preferences", originId }),
  };
}

type Asked = Pick<LinkSaid, "kind" | "originId"> & Partial<LinkSaid>;
