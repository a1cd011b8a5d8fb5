import type { Handover } from "@terrace/domain/messages/delivery";
import { sealText } from "../../platform/sealed-text.ts";
import type { KeepMessage } from "./adapters/own.ts";
import type { SandboxKeeping } from "./adapters/sandbox.ts";
import type { ChannelDeps } from "./channel-deps.ts";
import { isKept, keepMessage, keepTicket, loadTicket } from "./kept.store.ts";
import type { OpenedProvider } from "./opened-provider.ts";

const SANDBOX_DAYS = 7;
const DAY_MS = 86_400_000;

type Keeping = SandboxKeeping & {
  readonly keepInApp: KeepMessage;
  readonly ticketOf: (provider: OpenedProvider, reference: string) => Promise<string | undefined>;
  readonly keepTicket: (provider: OpenedProvider, reference: string, ticket: string) => Promise<string>;
};

/** What adapters keep in the database: messages that are not handed over, and numbers that a provider gave for a message. */
export function keepingParts({ db, privacy, nowMs }: ChannelDeps): Keeping {
  const keep = (
    provider: OpenedProvider,
    { reference, address, message }: Handover,
    until: { readonly personId: string | null; readonly untilMs: number },
  ) =>
    keepMessage(db, provider.workspaceId, {
      providerId: provider.id,
      channel: provider.channel,
      reference,
      personId: until.personId,
      address: sealText(privacy, address.value),
      message: sealText(privacy, JSON.stringify(message)),
      at: new Date(nowMs()),
      until: new Date(until.untilMs),
    });
  return {
    keepHandover: (provider, handover) => keep(provider, handover, { personId: null, untilMs: nowMs() + SANDBOX_DAYS * DAY_MS }),
    hasHandover: (provider, reference) => isKept(db, provider.workspaceId, provider.id, reference),
    keepInApp: (provider, { carried: { reference, to, message }, untilMs }) =>
      keep(provider, { reference, message, address: { channel: "in_app", value: to } }, { personId: to, untilMs }),
    ticketOf: (provider, reference) => loadTicket(db, provider.workspaceId, provider.id, reference),
    keepTicket: async (provider, reference, ticket) => {
      await keepTicket(db, provider.workspaceId, { providerId: provider.id, reference, ticket, at: new Date(nowMs()) });
      return (await loadTicket(db, provider.workspaceId, provider.id, reference)) ?? ticket;
    },
  };
}
