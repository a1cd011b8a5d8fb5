import { hash } from "node:crypto";
import type * as api from "@terrace/contract/api/channels";
import type { AuditActionOf } from "@terrace/contract/audit-actions";
import type { z } from "zod";
import { faultError } from "../../platform/http/fault-error.ts";
import type { RouteContext } from "../../platform/http/handler.ts";
import { newSigningSecret } from "../../platform/outbound/webhook-signature.ts";
import { openText, sealText } from "../../platform/sealed-text.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import type { ChannelDeps } from "./channel-deps.ts";
import { openProvider, sealSecrets, type Secrets } from "./opened-provider.ts";
import { requireKindOfChannel, requireReachable, requireSecrets, trustOf } from "./provider-faults.ts";
import {
  deleteProvider,
  insertProvider,
  loadProviders,
  lockProviders,
  makeDefault,
  PROVIDERS_MAX,
  updateProvider,
  type ProviderRow,
} from "./provider.store.ts";

type Created = z.output<typeof api.createChannelProvider.body>;
type Changed = z.output<typeof api.updateChannelProvider.body>;
/** The row after a change, and a signing secret that is shown this one time. */
export type Made = { readonly id: string; readonly signingSecret: string | null };

const TOKEN_BYTES = 24;
const OLD_SECRET_MS = 86_400_000;
const ID = /^[1-9]\d{0,17}$/;

export async function addProvider(deps: ChannelDeps, context: RouteContext, asked: Created): Promise<Made> {
  const { channel, settings, name, ratePerSecond } = asked;
  requireKindOfChannel(channel, settings.kind);
  requireSecrets(settings, asked.secrets, asked.secrets);
  await requireReachable(deps.outbound, settings);
  const signingSecret = channel === "webhook" && settings.kind === "own" ? newSigningSecret(deps.randomBytes) : null;
  const secrets: Secrets = { ...asked.secrets, ...(signingSecret === null ? {} : { signingSecret }) };
  const at = new Date(deps.nowMs());
  const id = await inTransaction(deps.db, async (tx) => {
    await lockProviders(tx, context.workspaceId);
    const others = await loadProviders(tx, context.workspaceId);
    if (others.length >= PROVIDERS_MAX)
      throw faultError("channel.too_many", { mend: `A workspace has at most ${PROVIDERS_MAX} providers; delete those not in use` });
    requireFreeName(others, { channel, name });
    const sealed = { secrets: sealSecrets(deps.privacy, secrets), secretsAt: at, ...newToken(deps) };
    const made = await insertProvider(tx, context.workspaceId, {
      ...sealed,
      channel,
      kind: settings.kind,
      name,
      settings,
      ratePerSecond,
      createdAt: at,
      createdBy: context.actor,
    });
    await record(deps, tx, context, { action: "channel_provider.create", id: made, detail: { name, channel, kind: settings.kind } });
    return made;
  });
  return { id, signingSecret };
}

export async function changeProvider(
  deps: ChannelDeps,
  context: RouteContext,
  asked: { readonly id: string; readonly change: Changed },
): Promise<string> {
  const { change } = asked;
  if (change.settings !== undefined) await requireReachable(deps.outbound, change.settings);
  return inTransaction(deps.db, async (tx) => {
    const row = await lockProvider(tx, context.workspaceId, asked.id);
    const settings = change.settings ?? row.settings;
    if (settings.kind !== row.kind)
      throw faultError("channel.kind_stays", {
        field: "settings.kind",
        mend: "Add another provider, and delete this one when nothing goes through it any more",
      });
    if (change.name !== undefined)
      requireFreeName(await loadProviders(tx, context.workspaceId), { channel: row.channel, name: change.name, but: row.id });
    const before = openProvider(deps.privacy, row).secrets;
    const secrets = { ...(trustOf(settings) === trustOf(row.settings) ? before : ownSecrets(before)), ...change.secrets };
    requireSecrets(settings, secrets, change.secrets ?? {});
    const isNew = JSON.stringify(secrets) !== JSON.stringify(before);
    await updateProvider(tx, context.workspaceId, row.id, {
      name: change.name,
      state: change.state,
      ratePerSecond: change.ratePerSecond,
      ...(change.settings === undefined ? {} : { settings }),
      ...(isNew ? { secrets: sealSecrets(deps.privacy, secrets), secretsAt: new Date(deps.nowMs()) } : {}),
    });
    if (change.isDefault === true) await makeDefault(tx, context.workspaceId, row.id, row.channel);
    const detail = { name: change.name ?? row.name, ...detailOf(change), secrets: Object.keys(change.secrets ?? {}).join(" ") };
    await record(deps, tx, context, { action: "channel_provider.update", id: row.id, detail });
    return row.id;
  });
}

/** What no provider is ever shown belongs to no account of theirs. */
function ownSecrets(before: Secrets): Secrets {
  return Object.fromEntries(Object.entries(before).filter(([name]) => /signingSecret|receiptSecret|dkimKey/i.test(name)));
}

function detailOf({ state, isDefault, settings, ratePerSecond }: Changed): Readonly<Record<string, string | number | boolean>> {
  return {
    ...(state === undefined ? {} : { state }),
    ...(isDefault === undefined ? {} : { isDefault }),
    ...(settings === undefined ? {} : { settings: true }),
    ...(ratePerSecond === undefined || ratePerSecond === null ? {} : { ratePerSecond }),
  };
}

export async function removeProvider(deps: ChannelDeps, context: RouteContext, id: string): Promise<void> {
  await inTransaction(deps.db, async (tx) => {
    const { id: found, name, channel, isDefault } = await lockProvider(tx, context.workspaceId, id);
    await deleteProvider(tx, context.workspaceId, found);
    const [next] = await loadProviders(tx, context.workspaceId, { channel });
    // A channel with providers always has a default: the oldest that is left.
    if (isDefault && next !== undefined) await makeDefault(tx, context.workspaceId, next.id, channel);
    await record(deps, tx, context, { action: "channel_provider.delete", id: found, detail: { name, channel } });
  });
}

/** A new address for receipts at once, or a new signing secret beside which the old one signs for a day. */
export async function rotateProvider(
  deps: ChannelDeps,
  context: RouteContext,
  asked: { readonly id: string; readonly what: "receipt_path" | "signing_secret" },
): Promise<Made> {
  return inTransaction(deps.db, async (tx) => {
    const row = await lockProvider(tx, context.workspaceId, asked.id);
    const { secrets } = openProvider(deps.privacy, row);
    if (asked.what === "signing_secret" && secrets["signingSecret"] === undefined)
      throw faultError("channel.signs_nothing", {
        field: "what",
        mend: "Only the provider of webhooks signs what it sends; change the secrets of others instead",
      });
    const signingSecret = asked.what === "signing_secret" ? newSigningSecret(deps.randomBytes) : null;
    await updateProvider(tx, context.workspaceId, row.id, signingSecret === null ? newToken(deps) : renewed(deps, secrets, signingSecret));
    await record(deps, tx, context, { action: "channel_provider.rotate", id: row.id, detail: { name: row.name, what: asked.what } });
    return { id: row.id, signingSecret };
  });
}

function renewed({ privacy, nowMs }: ChannelDeps, secrets: Secrets, signingSecret: string) {
  const old = { oldSigningSecret: secrets["signingSecret"] ?? "", oldSigningSecretUntil: String(nowMs() + OLD_SECRET_MS) };
  return { secrets: sealSecrets(privacy, { ...secrets, ...old, signingSecret }), secretsAt: new Date(nowMs()) };
}

function newToken({ randomBytes, privacy }: ChannelDeps): { readonly token: Uint8Array; readonly tokenHash: Uint8Array } {
  const token = `rc_${Buffer.from(randomBytes(TOKEN_BYTES)).toString("base64url")}`;
  return { token: sealText(privacy, token), tokenHash: tokenHashOf(token) };
}

export function tokenHashOf(token: string): Uint8Array {
  return hash("sha256", token, "buffer");
}

export async function findProvider({ db }: Pick<ChannelDeps, "db">, workspaceId: number, id: string): Promise<ProviderRow> {
  const [row] = await loadProviders(db, workspaceId, { id: idOf(id) });
  if (row === undefined) throw unknownProvider();
  return row;
}

async function lockProvider(tx: Tx, workspaceId: number, id: string): Promise<ProviderRow> {
  await lockProviders(tx, workspaceId);
  const [row] = await loadProviders(tx, workspaceId, { id: idOf(id) });
  if (row === undefined) throw unknownProvider();
  return row;
}

function requireFreeName(
  others: readonly ProviderRow[],
  asked: { readonly channel: string; readonly name: string; readonly but?: string },
): void {
  if (others.some(({ id, channel, name }) => id !== asked.but && channel === asked.channel && name === asked.name))
    throw faultError("channel.name_taken", { field: "name", mend: "Give a name that no other provider of this channel has" });
}

function idOf(text: string): string {
  if (!ID.test(text)) throw unknownProvider();
  return text;
}

function unknownProvider(): Error {
  return faultError("channel.provider_not_found", { field: "provider" });
}

type Act = {
  readonly action: AuditActionOf<"channel_provider">;
  readonly id: string;
  readonly detail: Readonly<Record<string, string | number | boolean>>;
};

export async function record(
  { audit }: Pick<ChannelDeps, "audit">,
  tx: Tx,
  { workspaceId, actor, ip }: RouteContext,
  { action, id, detail }: Act,
): Promise<void> {
  await audit(tx, { workspaceId, actor, action, target: `channel_provider:${id}`, detail, ip });
}

/** The token in clear, for whoever sets up the provider's side. */
export function tokenOf({ privacy }: Pick<ChannelDeps, "privacy">, row: ProviderRow): string {
  return openText(privacy, row.token);
}
