import { createPrivateKey, createPublicKey, createECDH } from "node:crypto";
import { PROVIDER_SECRETS, type ProviderSettings } from "@terrace/contract/api/channel-settings";
import { PROVIDER_KINDS, type MessageChannel, type ProviderKind } from "@terrace/domain/messages/channel";
import { faultError } from "../../platform/http/fault-error.ts";
import { OutboundRefused } from "../../platform/outbound/outbound-refused.ts";
import type { Outbound } from "../../platform/outbound/outbound.ts";
import type { Secrets } from "./opened-provider.ts";

/** Refuses a kind that does not carry the channel. */
export function requireKindOfChannel(channel: MessageChannel, kind: ProviderKind): void {
  const kinds: readonly ProviderKind[] = PROVIDER_KINDS[channel];
  if (!kinds.includes(kind))
    throw faultError("channel.kind_not_of_channel", { field: "settings.kind", mend: `${channel} is carried by ${kinds.join(", ")}` });
}

/** Refuses secrets that the kind does not know, that are missing, or that are no keys. */
export function requireSecrets(settings: ProviderSettings, secrets: Secrets, given: Secrets): void {
  const known: Readonly<Record<string, "required" | "optional">> = PROVIDER_SECRETS[settings.kind];
  const strange = Object.keys(given).find((name) => known[name] === undefined);
  if (strange !== undefined)
    throw faultError("channel.secret_unknown", {
      field: `secrets.${strange.slice(0, 40)}`,
      mend: `${settings.kind} has ${Object.keys(known).join(", ") || "no secrets"}`,
    });
  const missing = requiredOf(settings).find((name) => secrets[name] === undefined);
  if (missing !== undefined)
    throw faultError("channel.secret_missing", {
      field: `secrets.${missing}`,
      mend: "Give it again: it belongs to the account and the address that are set here",
    });
  requireKeys(settings, secrets);
}

function requiredOf(settings: ProviderSettings): readonly string[] {
  const known: Readonly<Record<string, "required" | "optional">> = PROVIDER_SECRETS[settings.kind];
  const always = Object.keys(known).filter((name) => known[name] === "required");
  if (settings.kind !== "smtp") return always;
  return [...(settings.user === "" ? [] : ["password"]), ...(settings.dkim === undefined ? [] : ["dkimKey"])];
}

function requireKeys(settings: ProviderSettings, secrets: Secrets): void {
  if (settings.kind === "smtp" && settings.dkim !== undefined) requireRsa(secrets["dkimKey"] ?? "", "secrets.dkimKey");
  if (settings.kind === "fcm") requireRsa(secrets["privateKey"] ?? "", "secrets.privateKey");
  if (settings.kind === "web_push" && publicKeyOf(secrets["privateKey"] ?? "") !== settings.publicKey.replace(/=+$/, ""))
    throw faultError("channel.secret_malformed", {
      field: "secrets.privateKey",
      mend: "Give the private key, in base64url, that belongs to the public one",
    });
}

const RSA_BITS_MIN = 1_024;

function requireRsa(pem: string, field: string): void {
  const fits = readRsa(pem);
  if (!fits)
    throw faultError("channel.secret_malformed", {
      field,
      mend: `Give a private RSA key of ${RSA_BITS_MIN} bits or more in PEM, without a pass phrase`,
    });
}

function readRsa(pem: string): boolean {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === "rsa" && (createPublicKey(key).asymmetricKeyDetails?.modulusLength ?? 0) >= RSA_BITS_MIN;
  } catch {
    // Whatever is wrong with it, it is no key.
    return false;
  }
}

function publicKeyOf(privateKey: string): string | undefined {
  try {
    const curve = createECDH("prime256v1");
    curve.setPrivateKey(Buffer.from(privateKey, "base64url"));
    return curve.getPublicKey("base64url");
  } catch {
    // Not on the curve: no key.
    return undefined;
  }
}

/** Refuses at once an address that no message could go to, naming the field. */
export async function requireReachable(outbound: Outbound, settings: ProviderSettings): Promise<void> {
  for (const { field, host, port } of placesOf(settings)) {
    try {
      await outbound.addresses({ host, port });
    } catch (error) {
      if (error instanceof OutboundRefused) throw faultError(error.code, { ...error.fault, field });
      throw error;
    }
  }
}

type Place = { readonly field: string; readonly host: string; readonly port: number };

function placesOf(settings: ProviderSettings): readonly Place[] {
  if (settings.kind === "smtp") return [{ field: "settings.host", host: settings.host, port: settings.port }];
  // Names in the address of a template stand for values that are not known yet.
  if (settings.kind === "http_sms") return placeOf("settings.url", settings.url.replaceAll(/\{\{[^}]*\}\}/g, "x"));
  const given = Object.entries(settings).filter(([name]) => name === "endpoint" || name === "tokenEndpoint");
  return given.flatMap(([name, address]) => (typeof address === "string" ? placeOf(`settings.${name}`, address) : []));
}

function placeOf(field: string, address: string): readonly Place[] {
  const url = URL.parse(address);
  if (url === null) return [];
  return [{ field, host: url.hostname, port: url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port) }];
}

/** Where secrets are shown and for whom they count: what is kept goes to no other place and no other account. */
export function trustOf(settings: ProviderSettings): string {
  switch (settings.kind) {
    case "smtp":
      return JSON.stringify([settings.kind, settings.host, settings.port, settings.security, settings.user]);
    case "http_sms":
      return JSON.stringify([settings.kind, settings.url]);
    default: {
      const { kind, ...rest } = settings;
      const named = Object.entries(rest).filter(([name]) => TRUSTED.has(name));
      return JSON.stringify([kind, ...named.toSorted(([a], [b]) => (a < b ? -1 : 1))]);
    }
  }
}

const TRUSTED = new Set([
  "endpoint",
  "tokenEndpoint",
  "accessKeyId",
  "secretId",
  "accountSid",
  "clientEmail",
  "appKey",
  "publicKey",
  "appId",
  "corpId",
]);
