import type { MessageAsked } from "@terrace/domain/messages/message";
import type { FieldView } from "@terrace/domain/access/field-view";
import type { IdentityRef } from "@terrace/domain/identity/identity-kinds";
import type { TraitChange } from "@terrace/domain/event/feed-event";
import type { AccessModule } from "@terrace/server/modules/access/module";
import { createConsentDoors } from "@terrace/server/modules/consent/consent-doors";
import { withdraw } from "@terrace/server/modules/consent/withdraw";
import { createGovernor, type Governor } from "@terrace/server/modules/governor/module";
import { createMessages, governedRoutes, type Carrier, type Content, type Messages } from "@terrace/server/modules/messages/module";
import { loadDisplayNames } from "@terrace/server/modules/people/display-names";
import { loadClearIds } from "@terrace/server/modules/people/clear-ids";
import { createKnownFacts } from "@terrace/server/modules/people/known-facts";
import { idsOfPeople } from "@terrace/server/modules/people/person-ids";
import { findOwners, loadIdentities, loadNewest, loadProfiles } from "@terrace/server/modules/people/person.views";
import { resolveBatch } from "@terrace/server/modules/people/resolve";
import { createPrivacyModule, type PrivacyModule } from "@terrace/server/modules/privacy/module";
import { askHoldoutsIn, peekHoldouts } from "@terrace/server/modules/holdouts/ask";
import type { RouteHandler } from "@terrace/server/platform/http/handler";
import { inTransaction, type Db, type Tx } from "@terrace/server/platform/storage/postgres";
import { randomBytes } from "node:crypto";
import pino from "pino";
import { eventOf } from "./people-model.ts";

export type MessageParts = {
  readonly messages: Messages;
  readonly governor: Governor;
  readonly privacy: PrivacyModule;
  /** Of the governor and of what it decided. */
  readonly routes: readonly RouteHandler[];
  /** What was put on record, as `<action> <target>`. */
  readonly audited: readonly string[];
};

export type PartsAsked = {
  readonly db: Db;
  readonly carrier: Carrier;
  readonly nowMs: () => number;
  readonly zone?: string;
};

/** Content is a line that names the template; there is none of `broken`, `none` is not published, and `receipt` is what people asked for. */
const LINES: Content = {
  facts: (_sql, _workspaceId, asked) =>
    Promise.resolve(
      asked.map(({ template }) =>
        template === "none" ? undefined : { channel: "sms", purpose: "service", tags: ["tea"], transactional: template === "receipt" },
      ),
    ),
  render: (_workspaceId, { channel, template }) => {
    if (template === "broken") return Promise.resolve({ ok: false, fault: { code: "template.not_found" } });
    const mail = { channel: "email", subject: template, html: template, text: template } as const;
    return Promise.resolve({ ok: true, value: { version: 1, message: channel === "email" ? mail : { channel: "sms", text: template } } });
  },
};

const workspaceIn = (timeZone: string) => (workspaceId: number) =>
  Promise.resolve({ workspaceId, name: "test", timeZone, currency: "CNY", label: "" as const });

/** Governor and outbox over a real database, with a carrier of the test's own. */
export function messageParts({ db, carrier, nowMs, zone = "Asia/Shanghai" }: PartsAsked): MessageParts {
  const privacy = createPrivacyModule({ masterKey: new Uint8Array(32).fill(7) });
  const people = {
    idsOfPeople,
    identities: loadIdentities,
    ownersIn: findOwners,
    newest: loadNewest,
    profiles: loadProfiles,
    clearIds: (workspaceId: number, originIds: readonly string[]) => loadClearIds({ db, privacy }, workspaceId, originIds),
    clearIdsIn: (sql: Db | Tx, workspaceId: number, originIds: readonly string[]) =>
      loadClearIds({ db: sql, privacy }, workspaceId, originIds),
  };
  const audited: string[] = [];
  const workspace = workspaceIn(zone);
  const shown = {
    ...people,
    owners: (workspaceId: number, originIds: readonly string[]) => findOwners(db, workspaceId, originIds),
    displayNames: (workspaceId: number, originIds: readonly string[], view: FieldView) =>
      loadDisplayNames({ db, privacy }, workspaceId, originIds, view),
  };
  const held = {
    privacy,
    nowMs,
    calendar: () => Promise.resolve({ zone, weekStart: "monday" as const }),
    people: { ...shown, personOf: neverAsked },
  };
  const audit: AccessModule["audit"] = (_tx, { action, target }) => {
    audited.push(`${action} ${target}`);
    return Promise.resolve();
  };
  const governor = createGovernor({
    db,
    privacy,
    people: shown,
    nowMs,
    audit,
    workspace,
    consent: createConsentDoors({ db, nowMs }),
    holdouts: {
      peek: (workspaceId, asked) => peekHoldouts({ ...held, db }, workspaceId, asked),
      askIn: (tx, workspaceId, asked) => askHoldoutsIn(held, tx, workspaceId, asked),
    },
  });
  const messages = createMessages({
    db,
    privacy,
    people,
    governor,
    audit,
    carrier,
    content: LINES,
    consent: { withdraw: (tx, workspaceId, withdrawals) => withdraw({ privacy, nowMs }, tx, workspaceId, withdrawals) },
    nowMs,
    randomBytes,
    chance: () => 0,
    log: pino({ level: "silent" }),
  });
  const routes = [...governor.routes, ...messages.routes, ...governedRoutes({ db, workspace, people: shown, governor, nowMs })];
  return { messages, governor, privacy, routes, audited };
}

function neverAsked(): never {
  throw new Error("nobody asks this here");
}

/** Somebody to be known, by their ids; the strongest first. */
export type KnownPerson = { readonly ids: readonly IdentityRef[]; readonly traits?: readonly TraitChange[] };

/** Makes people known; answers the id under which each is filed. */
export async function makeKnown(
  { db, privacy }: { readonly db: Db; readonly privacy: PrivacyModule },
  workspaceId: number,
  people: readonly KnownPerson[],
): Promise<readonly string[]> {
  const events = people.map(({ ids, traits = [] }, n) => eventOf({ workspaceId, ids, traits, messageId: `known-${n}`, timeMs: 1_000 + n }));
  await inTransaction(db, (tx) => resolveBatch({ privacy, known: createKnownFacts(1_000) }, tx, events));
  return people.map(({ ids: [first] }) => (first === undefined ? "0" : privacy.originId(workspaceId, first.kind, first.value)));
}

/** A message to somebody, as an operator's service would ask for it. */
export function askedMessage(part: Partial<MessageAsked> & Pick<MessageAsked, "key" | "originId">): MessageAsked {
  return {
    channel: "sms",
    template: part.key,
    purpose: "service",
    tags: [],
    priority: 5,
    source: { kind: "api", id: "test", part: "", run: "" },
    variables: {},
    notBeforeMs: 0,
    expiresAtMs: null,
    ...part,
  };
}
