import type { AccessModule } from "../modules/access/module.ts";
import { createChannels, type Channels } from "../modules/channels/module.ts";
import { Unavailable } from "../platform/http/fault-error.ts";
import type { RouteHandler } from "../platform/http/handler.ts";
import type { Job } from "../platform/jobs.ts";
import { createMailLines } from "../platform/mail/mail-lines.ts";
import type { PersonalDataHolder } from "../platform/personal-data/holder.ts";
import type { Core } from "./core.ts";

type Part = { readonly routes?: readonly RouteHandler[]; readonly jobs?: readonly Job[]; readonly stop?: () => Promise<void> };
type Ground = { readonly access: Pick<AccessModule, "audit"> };

export type TouchParts = {
  readonly channels: Channels;
  readonly parts: readonly Part[];
  readonly keepers: readonly { readonly holder: PersonalDataHolder }[];
};

/** What tells people something: who carries it (docs/decisions/0048-touch.md). */
export function createTouchParts(core: Core, { access: { audit } }: Ground): TouchParts {
  const mailLines = createMailLines(core);
  const channels = createChannels({
    ...core,
    audit,
    mailLines,
    publicUrl: core.config.publicUrl,
    // Providers post again after 503; nothing that they tell is lost while nobody keeps it.
    onReceipt: () => Promise.reject(new Unavailable("the record of messages", undefined)),
  });
  const stop = (): Promise<void> => Promise.resolve(mailLines.close());
  return { channels, parts: [channels, { stop }], keepers: [channels] };
}
