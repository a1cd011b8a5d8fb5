import { CONSENT_CHANNEL } from "@terrace/domain/messages/channel";
import type { AccessModule } from "../modules/access/module.ts";
import type { Channels } from "../modules/channels/module.ts";
import type { ConsentModule } from "../modules/consent/module.ts";
import { createLinks, type LinkDeps, type Links } from "../modules/links/module.ts";
import type { PeopleModule } from "../modules/people/module.ts";
import type { Templates } from "../modules/templates/module.ts";
import type { Core } from "./core.ts";

type Around = {
  readonly access: AccessModule;
  readonly people: PeopleModule;
  readonly consent: ConsentModule;
  readonly channels: Pick<Channels, "inUse" | "providerFor">;
  readonly templates: Pick<Templates, "tell" | "businessName">;
} & Pick<LinkDeps, "takeReceipts" | "askMessages">;

/** The links in messages, and the pages behind them. */
export function createLinkParts(core: Core, { access, people, consent, channels, templates, takeReceipts, askMessages }: Around): Links {
  return createLinks({
    ...core,
    audit: access.audit,
    people,
    consent,
    publicUrl: core.config.publicUrl,
    nameOf: async (workspaceId) => ((await access.workspace(workspaceId)) === null ? undefined : templates.businessName(workspaceId)),
    channelsOf: async (workspaceId) => {
      const inUse = await channels.inUse(workspaceId);
      return [...new Set(inUse.flatMap((channel) => CONSENT_CHANNEL[channel] ?? []))];
    },
    isSandbox: async (workspaceId, channel) => (await channels.providerFor(workspaceId, channel))?.kind === "sandbox",
    takeReceipts,
    askMessages,
    templateNames: async (workspaceId, ids) =>
      new Map([...(await templates.tell(core.db, workspaceId, ids)).values()].map(({ id, name }) => [id, name])),
    templateOf: async (workspaceId, template) => {
      const told = (await templates.tell(core.db, workspaceId, [template])).get(template);
      return told === undefined
        ? undefined
        : { channel: told.channel, published: told.publishedVersion !== null && !told.archived, transactional: told.transactional };
    },
  });
}
