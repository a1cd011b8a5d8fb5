import { providerSettingsSchema, type SettingsOf } from "@terrace/contract/api/channel-settings";
import type { MessageChannel, ProviderKind } from "@terrace/domain/messages/channel";
import { readAllowList } from "../../../platform/outbound/allow-list.ts";
import { guardedFetch, guardedText } from "../../../platform/outbound/guarded-fetch.ts";
import { reachableAddresses } from "../../../platform/outbound/guarded-lookup.ts";
import type { Outbound } from "../../../platform/outbound/outbound.ts";
import type { OpenedProvider } from "../opened-provider.ts";

/** The guarded way out for tests and benches, with this machine among what it may reach. */
export function openOutbound(allow = "127.0.0.1,localhost"): Outbound {
  const allowed = readAllowList(allow);
  const fetch: Outbound["fetch"] = (address, request = {}) => guardedFetch(address, request, allowed);
  return {
    fetch,
    text: (address, request = {}) => guardedText(address, request, allowed),
    fetchEvenWhenHeld: fetch,
    addresses: (target) => reachableAddresses(target, allowed),
    requireReleased: () => Promise.resolve(),
  };
}

/** A provider with these settings and secrets, as if it had been read. */
export function openedFor<Kind extends ProviderKind>(
  channel: MessageChannel,
  kind: Kind,
  settings: object,
  secrets: Readonly<Record<string, string>>,
): OpenedProvider<SettingsOf<Kind>> {
  // The schema's answer has the kind that was asked for.
  const parsed = providerSettingsSchema.parse({ kind, ...settings }) as SettingsOf<Kind>;
  return { id: "1", workspaceId: 1, channel, version: 1, state: "on", settings: parsed, secrets, token: "rc_x" };
}
