import type { MessageChannel } from "@terrace/domain/messages/channel";
import type { IdentityKind } from "@terrace/domain/identity/identity-kinds";
import type { IdentityView } from "../people/module.ts";

/** The kind of id that is the address on a channel. */
const ADDRESS_KIND: Readonly<Partial<Record<MessageChannel, IdentityKind>>> = { email: "email", sms: "phone", wechat: "openid" };
/** Channels on which a person is reached by being that person. */
const BY_PERSON: ReadonlySet<MessageChannel> = new Set(["in_app", "webhook"]);

/** Where a message goes, without the address in clear: `originId` opens it; null: it is the person's id itself. */
export type Recipient = { readonly token: string; readonly originId: string | null };

/** The address of a person on a channel; of several the one that was seen first last. Undefined when there is none. */
export function recipientOn(channel: MessageChannel, personId: string, identities: readonly IdentityView[]): Recipient | undefined {
  if (BY_PERSON.has(channel)) return { token: `person:${personId}`, originId: null };
  const own = identities.filter(({ kind }) => kind === ADDRESS_KIND[channel]);
  const [newest] = own.toSorted((a, b) => b.firstSeenMs - a.firstSeenMs || (a.originId < b.originId ? -1 : 1));
  return newest === undefined ? undefined : { token: newest.value, originId: newest.originId };
}
