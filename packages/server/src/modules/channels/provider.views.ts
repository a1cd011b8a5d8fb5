import type { ChannelProvider } from "@terrace/contract/api/channels";
import { PROVIDER_SECRETS } from "@terrace/contract/api/channel-settings";
import type { ProviderKind } from "@terrace/domain/messages/channel";
import { REPEATS } from "@terrace/domain/messages/repeating";
import type { ChannelDeps } from "./channel-deps.ts";
import { openProvider } from "./opened-provider.ts";
import type { ProviderRow } from "./provider.store.ts";
import { receiptPath } from "./receipts/receipt-path.ts";

/** Those that post receipts, or through whose service somebody does. */
const TELLS: ReadonlySet<ProviderKind> = new Set(["smtp", "aliyun_sms", "tencent_sms", "twilio_sms", "http_sms"]);

/** A provider as operators see it: of its secrets only which there are. */
export function presentProvider(deps: Pick<ChannelDeps, "privacy">, row: ProviderRow): ChannelProvider {
  const { secrets, token } = openProvider(deps.privacy, row);
  const { id, channel, kind, name, state, isDefault, ratePerSecond, settings, createdBy } = row;
  const known = new Set([...Object.keys(PROVIDER_SECRETS[kind]), "signingSecret"]);
  return {
    id,
    channel,
    kind,
    name,
    state,
    isDefault,
    ratePerSecond,
    settings,
    secretsSet: Object.keys(secrets).filter((secret) => known.has(secret)),
    secretsAt: row.secretsAt.toISOString(),
    receiptPath: TELLS.has(kind) ? receiptPath(token) : null,
    repeating: REPEATS[kind].repeating,
    createdBy,
    createdAt: row.createdAt.toISOString(),
  };
}
