import { ADDRESS_KIND } from "@terrace/domain/messages/address-kind";
import type { MessageChannel } from "@terrace/domain/messages/channel";
import type { IdentityKind } from "@terrace/domain/identity/identity-kinds";
import type { IdentityView } from "../people/module.ts";

/** Channels on which a person is reached by being that person. */
const BY_PERSON: ReadonlySet<MessageChannel> = new Set(["in_app", "webhook"]);

/** Kinds of ids that are addresses on some channel. */
export const ADDRESS_KINDS: readonly IdentityKind[] = ["email", "phone", "openid"];

/** Where a message goes, without the address in clear: `originId` opens it; null: it is the person's id itself. */
export type Recipient = { readonly token: string; readonly originId: string | null };

/** The address of a person on a channel, of the newest ids of that person; undefined when there is none. */
export function recipientOn(channel: MessageChannel, personId: string, newest: readonly IdentityView[]): Recipient | undefined {
  if (BY_PERSON.has(channel)) return { token: `person:${personId}`, originId: null };
  const own = newest.find(({ kind }) => kind === ADDRESS_KIND[channel]);
  return own === undefined ? undefined : { token: own.value, originId: own.originId };
}
