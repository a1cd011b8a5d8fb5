import { CONSENT_RECORDS_MAX, type recordConsents, type recordPersonConsent } from "@terrace/contract/api/consent";
import { CONSENT_GIVEN, CONSENT_WITHDRAWN, type ConsentClaim } from "@terrace/domain/consent/consent-claims";
import { EVERY_CHANNEL } from "@terrace/domain/consent/consent-facts";
import { purposesOf, type Purpose } from "@terrace/domain/consent/purposes";
import type { FeedEvent, RejectedEvent } from "@terrace/domain/event/feed-event";
import type { IdentityRef } from "@terrace/domain/identity/identity-kinds";
import { normaliseIdentity } from "@terrace/domain/identity/normalise-identity";
import type { EventDraft } from "@terrace/domain/imports/event-draft";
import type { JsonObject } from "@terrace/domain/json";
import { createHash } from "node:crypto";
import type { z } from "zod";
import { faultError } from "../../platform/http/fault-error.ts";
import { inTransaction, type Db } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { PeopleModule } from "../people/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import { insertFacts, loadPurposes, type NewFact } from "./consent.store.ts";
import { factOf } from "./observe.ts";

export type ConsentDeps = {
  readonly db: Db;
  readonly privacy: Pick<PrivacyModule, "originId" | "encryptPayload" | "decryptPayload">;
  readonly audit: AccessModule["audit"];
  readonly personOf: PeopleModule["personOf"];
  readonly people: Pick<PeopleModule, "idsOfPeople" | "clearIdsIn">;
  /** The gate for events made inside Terrace. */
  readonly prepare: (draft: EventDraft) => FeedEvent | RejectedEvent;
  readonly accept: (events: readonly FeedEvent[]) => Promise<void>;
  readonly nowMs: () => number;
  readonly randomId: () => string;
};

/** Who asked for a change, for the audit log. */
export type By = { readonly workspaceId: number; readonly actor: string; readonly ip: string };

const EVENT_BYTES_MAX = 32_768;
const EVIDENCE_BYTES_MAX = 4_096;
type Item = z.output<typeof recordConsents.body>["items"][number];

/** Records what a person told an operator. Throws `person.not_found`, `consent.purpose_unknown`. */
export async function recordForPerson(
  deps: ConsentDeps,
  by: By,
  person: string,
  said: z.output<typeof recordPersonConsent.body>,
): Promise<void> {
  const { workspaceId, actor } = by;
  const purpose = await knownPurpose(deps.db, workspaceId, said.purpose);
  const { personId, originIds, naming } = await deps.personOf(workspaceId, person);
  const claim: ConsentClaim = {
    purpose: said.purpose,
    channel: said.channel,
    state: said.state,
    atMs: deps.nowMs(),
    source: said.source,
    textKey: said.textVersion === 0 ? "" : purpose.textKey,
    textVersion: said.textVersion,
    evidence: { reason: said.reason },
  };
  const naturalOrigin = deps.privacy.originId(workspaceId, naming.kind, naming.value);
  // Were it to hang on one id only, parting people again would leave the other half with a consent that the person took back.
  const hangsOn = said.state === "withdrawn" ? [...new Set([naturalOrigin, ...originIds])] : [naturalOrigin];
  const event = eventOf(deps, { workspaceId, id: naming, messageId: `consent-${deps.randomId()}`, console: true }, claim);
  await inTransaction(deps.db, async (tx) => {
    const facts = hangsOn.map((originId) => factOf(deps, { workspaceId, originId, actor }, claim));
    await insertFacts(tx, facts, new Date(claim.atMs));
    await deps.audit(tx, {
      workspaceId,
      actor,
      action: `consent.${said.state}`,
      target: `person:${personId}`,
      detail: { purpose: said.purpose, channel: said.channel, reason: said.reason },
      ip: by.ip,
    });
    await deps.accept([event]);
  });
}

/** Records what people said, by their ids. Throws `consent.invalid` naming the item, `consent.purpose_unknown`. */
export async function recordItems(
  deps: ConsentDeps,
  by: By,
  items: readonly Item[],
): Promise<{ readonly recorded: number; readonly known: number }> {
  if (items.length > CONSENT_RECORDS_MAX) throw new Error(`at most ${CONSENT_RECORDS_MAX} records at once`);
  const purposes = new Set((await purposesIn(deps.db, by.workspaceId)).map(({ key }) => key));
  const nowMs = deps.nowMs();
  const ready = items.map((item, index) => readItem(deps, by, { item, index, nowMs, purposes }));
  const recorded = await inTransaction(deps.db, async (tx) => {
    const added = await insertFacts(
      tx,
      ready.map(({ fact }) => fact),
      new Date(nowMs),
    );
    await deps.audit(tx, {
      workspaceId: by.workspaceId,
      actor: by.actor,
      action: "consent.record",
      target: `workspace:${by.workspaceId}`,
      detail: { records: items.length, new: added },
      ip: by.ip,
    });
    await deps.accept(ready.map(({ event }) => event));
    return added;
  });
  return { recorded, known: items.length - recorded };
}

type ItemWork = { readonly item: Item; readonly index: number; readonly nowMs: number; readonly purposes: ReadonlySet<string> };

function readItem(
  deps: ConsentDeps,
  by: By,
  { item, index, nowMs, purposes }: ItemWork,
): { readonly fact: NewFact; readonly event: FeedEvent } {
  const at = `items.${index}`;
  if (!purposes.has(item.purpose)) throw unknownPurpose(`${at}.purpose`);
  const id = normaliseIdentity(item.kind, item.value);
  if (!id.ok) throw faultError("consent.invalid", { field: `${at}.value`, mend: id.fault.mend ?? "Send one of the person's ids" });
  const atMs = item.at === undefined ? nowMs : Date.parse(item.at);
  if (atMs > nowMs)
    throw faultError("consent.invalid", { field: `${at}.at`, mend: "Send the time of the choice; it cannot lie in the future" });
  const evidence = (item.evidence ?? {}) as JsonObject;
  if (Buffer.byteLength(JSON.stringify(evidence)) > EVIDENCE_BYTES_MAX)
    throw faultError("consent.invalid", { field: `${at}.evidence`, mend: `Send at most ${EVIDENCE_BYTES_MAX} bytes of evidence` });
  const { purpose, channel, state, source, text, textVersion } = item;
  const claim: ConsentClaim = { purpose, channel, state, atMs, source, textKey: text, textVersion, evidence };
  const originId = deps.privacy.originId(by.workspaceId, id.value.kind, id.value.value);
  const told = JSON.stringify([originId, purpose, channel, state, atMs]);
  const messageId = `consent-${createHash("sha256").update(told).digest("base64url").slice(0, 27)}`;
  return {
    fact: factOf(deps, { workspaceId: by.workspaceId, originId, actor: by.actor }, claim),
    event: eventOf(deps, { workspaceId: by.workspaceId, id: id.value, messageId, console: false }, claim),
  };
}

export type EventPlace = { readonly workspaceId: number; readonly id: IdentityRef; readonly messageId: string; readonly console: boolean };

/** The same word as an event, so that it stands in the timeline and others can act on it. Evidence stays in the ledger. */
export function eventOf(deps: ConsentDeps, place: EventPlace, claim: ConsentClaim): FeedEvent {
  const prepared = deps.prepare({
    workspaceId: place.workspaceId,
    messageId: place.messageId,
    source: place.console ? "console" : "terrace",
    name: claim.state === "given" ? CONSENT_GIVEN : CONSENT_WITHDRAWN,
    timeMs: claim.atMs,
    receivedAtMs: deps.nowMs(),
    ids: [place.id],
    link: "observed",
    properties: {
      purpose: claim.purpose,
      ...(claim.channel === EVERY_CHANNEL ? {} : { channel: claim.channel }),
      source: claim.source,
      ...(claim.textKey === "" ? {} : { text: claim.textKey }),
      ...(claim.textVersion === 0 ? {} : { text_version: claim.textVersion }),
    },
    traits: [],
    context: { library: place.console ? "console" : "api" },
    sizeMax: EVENT_BYTES_MAX,
  });
  if ("code" in prepared)
    throw faultError("consent.invalid", { field: prepared.field, mend: `The event of this consent was refused: ${prepared.code}` });
  return prepared;
}

async function purposesIn(db: Db, workspaceId: number): Promise<readonly Purpose[]> {
  return purposesOf(await loadPurposes(db, workspaceId));
}

async function knownPurpose(db: Db, workspaceId: number, key: string): Promise<Purpose> {
  const purpose = (await purposesIn(db, workspaceId)).find((one) => one.key === key);
  if (purpose === undefined) throw unknownPurpose("purpose");
  return purpose;
}

function unknownPurpose(field: string): Error {
  return faultError("consent.purpose_unknown", { field, mend: "List the purposes for their keys, or make one in the privacy settings" });
}
