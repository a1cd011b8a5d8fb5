import type { ProviderSettings } from "@terrace/contract/api/channel-settings";
import type { MessageChannel } from "@terrace/domain/messages/channel";
import { createGenerationCache } from "../../platform/generation-cache.ts";
import { openText, sealText } from "../../platform/sealed-text.ts";
import { sharingNext } from "../../platform/sharing-next.ts";
import type { ChannelDeps } from "./channel-deps.ts";
import { loadProviders, type ProviderRow } from "./provider.store.ts";

/** Secrets by name. A signing secret that was replaced stands beside the new one until it ends. */
export type Secrets = Readonly<Record<string, string>>;

/** A provider that is ready to carry: its secrets are open, so it is in no answer and no log. */
export type OpenedProvider<Settings extends ProviderSettings = ProviderSettings> = {
  readonly id: string;
  readonly workspaceId: number;
  readonly channel: MessageChannel;
  readonly version: number;
  readonly state: "on" | "off";
  readonly settings: Settings;
  readonly secrets: Secrets;
  /** What follows `/receipts/` in the address of its receipts. */
  readonly token: string;
};

const OPENED_MAX = 200;

export function sealSecrets(privacy: Pick<ChannelDeps["privacy"], "encryptPayload">, secrets: Secrets): Uint8Array {
  return sealText(privacy, JSON.stringify(secrets));
}

export function openProvider(privacy: Pick<ChannelDeps["privacy"], "decryptPayload">, row: ProviderRow): OpenedProvider {
  const { id, workspaceId, channel, version, state, settings } = row;
  // Sealed by `sealSecrets` only.
  const secrets = JSON.parse(openText(privacy, row.secrets)) as Secrets;
  return { id, workspaceId, channel, version, state, settings, secrets, token: openText(privacy, row.token) };
}

/** Reads providers as they are now; one that did not change is opened once, and those who ask together share a reading. */
export function createProviderReader(
  deps: Pick<ChannelDeps, "db" | "privacy">,
): (workspaceId: number, id: string) => Promise<OpenedProvider | undefined> {
  const opened = createGenerationCache<OpenedProvider>(OPENED_MAX);
  const load = sharingNext(async (key: string): Promise<OpenedProvider | undefined> => {
    const [workspace = "", id = ""] = key.split(":");
    const workspaceId = Number(workspace);
    const [row] = await loadProviders(deps.db, workspaceId, { id });
    if (row === undefined) return undefined;
    const known = opened.get(workspaceId, id);
    if (known?.version === row.version) return known;
    const fresh = openProvider(deps.privacy, row);
    opened.set(workspaceId, id, fresh);
    return fresh;
  });
  return (workspaceId, id) => load(`${workspaceId}:${id}`);
}
