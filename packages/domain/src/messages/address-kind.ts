import type { IdentityKind } from "../identity/identity-kinds.ts";
import type { MessageChannel } from "./channel.ts";

/** The kind of id that is the address on a channel. */
export const ADDRESS_KIND: Readonly<Partial<Record<MessageChannel, IdentityKind>>> = { email: "email", sms: "phone", wechat: "openid" };
