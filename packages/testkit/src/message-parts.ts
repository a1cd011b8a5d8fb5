import type { MessageAsked } from "@terrace/domain/messages/message";
import type { IdentityRef } from "@terrace/domain/identity/identity-kinds";
import type { TraitChange } from "@terrace/domain/event/feed-event";
import { createConsentDoors } from "@terrace/server/modules/consent/consent-doors";
import { withdraw } from "@terrace/server/modules/consent/withdraw";
import { createGovernor, type Governor } from "@terrace/server/modules/governor/module";
import { createMessages, type Carrier, type Content, type Messages } from "@terrace/server/modules/messages/module";
import { loadClearIds } from "@terrace/server/modules/people/clear-ids";
import { createKnownFacts } from "@terrace/server/modules/people/known-facts";
import { idsOfPeople } from "@terrace/server/modules/people/person-ids";
import { loadIdentities, loadProfiles } from "@terrace/server/modules/people/person.views";
import { resolveBatch } from "@terrace/server/modules/people/resolve";
import { createPrivacyModule, type PrivacyModule } from "@terrace/server/modules/privacy/module";
import { askHoldouts } from "@terrace/server/modules/holdouts/ask";
import { inTransaction, type Db } from "@terrace/server/platform/storage/postgres";
import { randomBytes } from "node:crypto";
import pino from "pino";
import { eventOf } from "./people-model.ts";

export type MessageParts = { readonly messages: Messages; readonly governor: Governor; readonly privacy: PrivacyModule };

export type PartsAsked = {
  readonly db: Db;
  readonly carrier: Carrier;
  readonly nowMs: () => number;
  readonly zone?: string;
};

/** Content is a line that names the template; there is none of `broken`. */
const LINES: Content = {
  render: (_workspaceId, { channel, template }) => {
    if (template === "broken") return Promise.resolve({ ok: false, fault: { code: "template.not_found" } });
    const mail = { channel: "email", subject: template, html: template, text: template } as const;
    return Promise.resolve({ ok: true, value: { version: 1, message: channel === "email" ? mail : { channel: "sms", text: template } } });
  },
};

/** Governor and outbox over a real database, with a carrier of the test's own. */
export function messageParts({ db, carrier, nowMs, zone = "Asia/Shanghai" }: PartsAsked): MessageParts {
  const privacy = createPrivacyModule({ masterKey: new Uint8Array(32).fill(7) });
  const people = {
    idsOfPeople,
    identities: loadIdentities,
    profiles: loadProfiles,
    clearIds: (workspaceId: number, originIds: readonly string[]) => loadClearIds({ db, privacy }, workspaceId, originIds),
  };
  const governor = createGovernor({
    db,
    people,
    nowMs,
    audit: () => Promise.resolve(),
    workspace: (workspaceId) => Promise.resolve({ workspaceId, name: "test", timeZone: zone, currency: "CNY", label: "" }),
    consent: createConsentDoors({ db, nowMs }),
    holdouts: {
      ask: (workspaceId, asked) =>
        askHoldouts(
          {
            db,
            privacy,
            nowMs,
            calendar: () => Promise.resolve({ zone, weekStart: "monday" }),
            people: { ...people, personOf: neverAsked, displayNames: neverAsked },
          },
          workspaceId,
          asked,
        ),
    },
  });
  const messages = createMessages({
    db,
    privacy,
    people,
    governor,
    carrier,
    content: LINES,
    consent: { withdraw: (tx, workspaceId, withdrawals) => withdraw({ privacy, nowMs }, tx, workspaceId, withdrawals) },
    nowMs,
    randomBytes,
    chance: () => 0,
    log: pino({ level: "silent" }),
  });
  return { messages, governor, privacy };
}

function neverAsked(): never {
  throw new Error("holdouts ask no names here");
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
    transactional: false,
    priority: 5,
    source: { kind: "api", id: "test", part: "", run: "" },
    variables: {},
    notBeforeMs: 0,
    expiresAtMs: null,
    ...part,
  };
}
