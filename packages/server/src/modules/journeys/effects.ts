import type { FeedEvent } from "@terrace/domain/event/feed-event";
import { finishEvent, type RawEvent } from "@terrace/domain/event/raw-event";
import { changesOf } from "@terrace/domain/event/trait-changes";
import type { IdentityRef } from "@terrace/domain/identity/identity-kinds";
import type { Effect } from "@terrace/domain/journeys/enrolment";
import type { JourneyDefinition, JourneyNode, MessageNode } from "@terrace/domain/journeys/journey-definition";
import type { MessageAsked } from "@terrace/domain/messages/message";
import { createHash } from "node:crypto";
import type { Tx } from "../../platform/storage/postgres.ts";
import { deleteTag, saveTag } from "../people/module.ts";
import type { StoredEnrolment } from "./enrolment-rows.ts";
import type { JourneyDeps } from "./journey-deps.ts";

const HOUR_MS = 3_600_000;

/** Somebody's steps, with who they are now. */
export type Doing = {
  readonly stored: StoredEnrolment;
  readonly definition: JourneyDefinition;
  readonly effects: readonly Effect[];
  /** When they were due to go on, Unix ms. */
  readonly causeMs: number;
  readonly personId: string;
  /** The id under which they came in, in clear; undefined when it was forgotten. */
  readonly ref: IdentityRef | undefined;
};

/** What steps put on the spine; to be appended as the last thing of the transaction. Messages and tags are written by it. */
export async function applyEffects(deps: JourneyDeps, tx: Tx, workspaceId: number, all: readonly Doing[]): Promise<readonly FeedEvent[]> {
  const done = all.flatMap((doing) =>
    doing.effects.flatMap(({ node: id, step }) => {
      const node = doing.definition.nodes.find((one) => one.id === id);
      return node === undefined ? [] : [{ doing, node, step }];
    }),
  );
  await ask(
    deps,
    tx,
    workspaceId,
    done.flatMap(({ doing, node, step }) => (node.kind === "message" ? [messageOf(deps, doing, node, step)] : [])),
  );
  for (const { doing, node } of done) if (node.kind === "tag") await setTags(deps, tx, doing, node);
  return done.flatMap(({ doing, node, step }) => (node.kind === "trait" || node.kind === "emit" ? told(deps, doing, node, step) : []));
}

async function ask(deps: JourneyDeps, tx: Tx, workspaceId: number, messages: readonly MessageAsked[]): Promise<void> {
  if (messages.length > 0) await deps.askMessages(tx, workspaceId, messages);
}

/** Takes back messages of those whom an event or a condition took out: who reached the goal gets no reminder any more. Whoever came to an exit gets what was asked for. */
export async function takeBack(deps: JourneyDeps, tx: Tx, left: readonly StoredEnrolment[]): Promise<void> {
  for (const { workspaceId, journeyId, id, enrolment } of left)
    if (enrolment.end?.reason === "goal" || enrolment.end?.reason === "exitRule")
      await deps.cancelMessages(tx, workspaceId, { kind: "journey", id: journeyId, run: id });
}

function messageOf({ nowMs }: JourneyDeps, { stored, definition, causeMs }: Doing, node: MessageNode, step: number): MessageAsked {
  const atMs = nowMs();
  return {
    key: `journey-${stored.id}-${step}`,
    originId: stored.originId,
    channel: node.channel,
    template: node.template,
    templateVersion: node.templateVersion ?? undefined,
    purpose: node.purpose ?? definition.purpose,
    tags: node.tags,
    priority: node.priority ?? definition.priority,
    source: { kind: "journey", id: stored.journeyId, part: node.id, run: stored.id },
    causeMs,
    variables: stored.enrolment.kept,
    notBeforeMs: atMs,
    expiresAtMs: node.expiresAfterHours === null ? null : atMs + node.expiresAfterHours * HOUR_MS,
  };
}

async function setTags(
  deps: JourneyDeps,
  tx: Tx,
  { stored, personId }: Doing,
  { add, remove }: JourneyNode & { readonly kind: "tag" },
): Promise<void> {
  const { workspaceId } = stored;
  const createdAt = new Date(deps.nowMs());
  // A tag of a rule or a verification goes with that and not by hand.
  for (const tag of [...remove, ...add]) await deleteTag(tx, workspaceId, { personId, tag, byHand: true });
  for (const tag of add)
    await saveTag(tx, workspaceId, { originId: stored.originId, tag, owner: `journey:${stored.journeyId}`, createdAt, expiresAt: null });
}

function told(deps: JourneyDeps, { stored, ref }: Doing, node: JourneyNode, step: number): readonly FeedEvent[] {
  if (ref === undefined) return [];
  const atMs = deps.nowMs();
  const raw: RawEvent = {
    source: "terrace",
    messageId: `journey-${stored.id}-${step}`,
    name: node.kind === "emit" ? node.event : "$set",
    timeMs: atMs,
    ids: [ref],
    link: "observed",
    properties: node.kind === "emit" ? { ...node.properties, journey: stored.journeyId } : {},
    traits: node.kind === "trait" ? changesOf("set", node.traits) : [],
    context: { columns: { library: "terrace" } },
    notes: [],
  };
  const event = finishEvent(raw, {
    workspaceId: stored.workspaceId,
    receivedAtMs: atMs,
    tokenise: (personalClass, value) => deps.privacy.tokenise(stored.workspaceId, personalClass, value),
    isMarkedPersonal: (name, property) => deps.isMarkedPersonal(stored.workspaceId, name, property),
    parseUserAgent: () => ({ deviceType: "", browser: "", os: "" }),
    derivedId: (text) => `d-${createHash("sha256").update(text).digest("base64url").slice(0, 27)}`,
  });
  if (event.ok) return [event.value];
  deps.log.warn({ journey: stored.journeyId, node: node.id, code: event.fault.code }, "a journey's step could not be put on the spine");
  return [];
}
