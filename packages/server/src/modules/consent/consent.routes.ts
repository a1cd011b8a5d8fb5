import {
  addConsentText,
  checkConsent,
  type consentFactSchema,
  getPersonConsent,
  listConsentTexts,
  listPurposes,
  recordConsents,
  recordPersonConsent,
  savePurpose,
} from "@terrace/contract/api/consent";
import { DONE } from "@terrace/contract/route";
import { decideConsent, factThatCounts } from "@terrace/domain/consent/consent-facts";
import { PROFILING, purposesOf, type Purpose } from "@terrace/domain/consent/purposes";
import { normaliseIdentity } from "@terrace/domain/identity/normalise-identity";
import { isJsonObject, type Json, type JsonObject } from "@terrace/domain/json";
import { mask } from "@terrace/domain/personal/mask";
import { redactText } from "@terrace/domain/personal/redact-text";
import type { z } from "zod";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteHandler } from "../../platform/http/handler.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import { recordForPerson, recordItems, type ConsentDeps } from "./consent.commands.ts";
import type { ConsentDoors } from "./consent-doors.ts";
import { insertText, loadPurposes, loadTexts, savePurposeRow, type ConsentText } from "./consent.store.ts";
import { countStates, HISTORY_MAX, loadLedger, type FactRow } from "./consent.views.ts";
import { openText } from "../../platform/sealed-text.ts";

/** The consent ledger over HTTP: purposes, texts, a person's consent, and recording what people said. */
export function consentRoutes(deps: ConsentDeps, doors: ConsentDoors): readonly RouteHandler[] {
  return [...purposeRoutes(deps), ...textRoutes(deps), ...ledgerRoutes(deps, doors)];
}

function purposeRoutes({ db, audit, nowMs }: ConsentDeps): readonly RouteHandler[] {
  return [
    handle(listPurposes, async (_input, { workspaceId }) => {
      const purposes = purposesOf(await loadPurposes(db, workspaceId));
      const counts = await countStates(
        db,
        workspaceId,
        purposes.map(({ key }) => key),
        nowMs(),
      );
      return { items: purposes.map((purpose) => ({ ...purpose, ...(counts.get(purpose.key) ?? { given: 0, withdrawn: 0 }) })) };
    }),
    handle(savePurpose, async ({ params, body }, { workspaceId, actor, ip }) => {
      await inTransaction(db, async (tx) => {
        await savePurposeRow(tx, workspaceId, { key: params.purpose, ...body }, { actor, at: new Date(nowMs()) });
        await audit(tx, {
          workspaceId,
          actor,
          action: "consent.purpose",
          target: `purpose:${params.purpose}`,
          detail: { basis: body.basis, active: body.active, name: body.nameEn },
          ip,
        });
      });
      return DONE;
    }),
  ];
}

function textRoutes({ db, audit, nowMs }: ConsentDeps): readonly RouteHandler[] {
  return [
    handle(listConsentTexts, async (_input, { workspaceId }) => ({ items: (await loadTexts(db, workspaceId)).map(textShown) })),
    handle(addConsentText, async ({ body }, { workspaceId, actor, ip }) => {
      const text = { ...body, madeBy: actor, madeAt: new Date(nowMs()) };
      const version = await inTransaction(db, async (tx) => {
        const number = await insertText(tx, workspaceId, text);
        await audit(tx, {
          workspaceId,
          actor,
          action: "consent.text",
          target: `text:${body.key}`,
          detail: { version: number, title: body.titleEn },
          ip,
        });
        return number;
      });
      return textShown({ ...text, version });
    }),
  ];
}

function textShown(text: ConsentText) {
  return { ...text, madeAt: text.madeAt.toISOString() };
}

function ledgerRoutes(deps: ConsentDeps, doors: ConsentDoors): readonly RouteHandler[] {
  const { db, nowMs } = deps;
  return [
    handle(getPersonConsent, async ({ params }, { workspaceId }) => {
      const { personId } = await deps.personOf(workspaceId, params.person);
      const ledger = await loadLedger(db, workspaceId, personId);
      const purposes = purposesOf(await loadPurposes(db, workspaceId));
      return {
        purposes: purposes.map((purpose) => purposeShown(purpose, ledger, nowMs())),
        automatedDecisions: factThatCounts(ledger, { purpose: PROFILING, channel: "", atMs: nowMs() })?.state !== "withdrawn",
        history: ledger.slice(0, HISTORY_MAX).map((fact) => factShown(deps, fact)),
      };
    }),
    handle(recordPersonConsent, async ({ params, body }, { workspaceId, actor, ip }) => {
      await recordForPerson(deps, { workspaceId, actor, ip }, params.person, body);
      return DONE;
    }),
    handle(recordConsents, ({ body }, { workspaceId, actor, ip }) => recordItems(deps, { workspaceId, actor, ip }, body.items)),
    handle(checkConsent, async ({ query }, { workspaceId }) => {
      const id = normaliseIdentity(query.kind, query.value);
      if (!id.ok) throw faultError("consent.invalid", { field: "value", mend: id.fault.mend ?? "Send one of the person's ids" });
      const originId = deps.privacy.originId(workspaceId, id.value.kind, id.value.value);
      const atMs = query.at === undefined ? nowMs() : Date.parse(query.at);
      const decision = await doors.may(workspaceId, originId, query.purpose, { channel: query.channel, atMs });
      return { ...decision, automatedDecisions: await doors.mayDecideAutomatically(workspaceId, originId, atMs) };
    }),
  ];
}

/** What counts now for a purpose as a whole, and for each channel the person spoke about. */
function purposeShown(purpose: Purpose, ledger: readonly FactRow[], atMs: number) {
  const { key, nameZh, nameEn, basis } = purpose;
  const decide = (channel: string) => decideConsent(purpose, factThatCounts(ledger, { purpose: key, channel, atMs }));
  const channels = [...new Set(ledger.filter((fact) => fact.purpose === key && fact.channel !== "").map(({ channel }) => channel))];
  return {
    key,
    nameZh,
    nameEn,
    basis,
    decision: decide(""),
    channels: channels.toSorted().map((channel) => ({ channel, decision: decide(channel) })),
  };
}

function factShown({ privacy }: ConsentDeps, { atMs, evidence, learnedAt, ...fact }: FactRow) {
  const opened = JSON.parse(openText(privacy, evidence)) as JsonObject;
  return { ...fact, at: new Date(atMs).toISOString(), learnedAt: learnedAt.toISOString(), evidence: maskedIn(opened) as Evidence };
}

type Evidence = z.output<typeof consentFactSchema>["evidence"];

/** Evidence is in clear inside the ledger; on screen what is personal in it is masked. */
function maskedIn(value: Json): Json {
  if (typeof value === "string") return redactText(value, mask);
  if (Array.isArray(value)) return value.map((one: Json) => maskedIn(one));
  return isJsonObject(value) ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, maskedIn(inner)])) : value;
}
