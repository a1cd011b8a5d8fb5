import type { SettingsOf } from "@terrace/contract/api/channel-settings";
import type { MessageChannel, ProviderKind } from "@terrace/domain/messages/channel";
import type { Handover, RenderedMessage, SendOutcome } from "@terrace/domain/messages/delivery";
import type { OpenedProvider } from "../opened-provider.ts";

/** A message of one channel on its way. `to` is the address in clear: it is in no log and no outcome. */
export type Carried<Channel extends MessageChannel> = {
  readonly reference: Handover["reference"];
  readonly to: string;
  readonly message: Extract<RenderedMessage, { readonly channel: Channel }>;
};
/** A message whose end is asked for. `handedOverMs`: when it was handed over first, or was to be. */
export type LookedUp = {
  readonly reference: string;
  readonly to: string;
  readonly handedOverMs: number;
  readonly providerRef?: string | undefined;
};
export type Found = "sent" | "delivered" | "absent" | "unknown";

/** Who speaks one provider's language: hands a message over once, and where the provider can be asked, asks. */
export type Adapter<Kind extends ProviderKind, Channel extends MessageChannel> = {
  readonly send: (provider: OpenedProvider<SettingsOf<Kind>>, carried: Carried<Channel>, signal: AbortSignal) => Promise<SendOutcome>;
  readonly lookup?: (provider: OpenedProvider<SettingsOf<Kind>>, asked: LookedUp, signal: AbortSignal) => Promise<Found>;
};

export const accepted = (providerRef: string | null = null): SendOutcome => ({ outcome: "accepted", providerRef });
export const refused = (code: string): SendOutcome => ({ outcome: "refused", code: plain(code) });
export const badAddress = (code: string, addressFault: "invalid" | "unsubscribed" | "blocked" = "invalid"): SendOutcome => ({
  outcome: "refused",
  code: plain(code),
  addressFault,
});
export const retry = (code: string, afterMs?: number): SendOutcome => ({
  outcome: "retry",
  code: plain(code),
  ...(afterMs === undefined ? {} : { afterMs }),
});
export const unknown = (code: string): SendOutcome => ({ outcome: "unknown", code: plain(code) });

/** A code is kept and shown to many: what a provider says in its place may hold a number or a text, and is cut down to whose it is. */
function plain(code: string): string {
  return /^[\w.:-]{1,80}$/.test(code) && !/\d{7}/.test(code) ? code : `${/^[a-z]+(?:_[a-z]+)?/.exec(code)?.[0] ?? "provider"}_other`;
}

/** Long enough for an operator to mend a key that a provider does not take, and for a quota of the minute to be over. */
export const WAIT_MS = 60_000;
