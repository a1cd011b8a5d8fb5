import { requireAsked, type MessageAsked } from "@terrace/domain/messages/message";
import type { Tx } from "../../platform/storage/postgres.ts";
import { insertMessages } from "./ask.store.ts";
import { loadLastRestore } from "./keep.store.ts";
import type { MessageDeps } from "./messages-deps.ts";
import { sealVariables } from "./sealed-variables.ts";

const REFERENCE_BYTES = 12;

const DAY_MS = 86_400_000;
/** Nobody wants the message of a year ago when a channel gets a provider at last. */
const EXPIRES_AFTER_DAYS = 7;
const TRANSACTIONAL_AFTER_DAYS = 1;

function tooLate({ notBeforeMs }: MessageAsked, transactional: boolean, nowMs: number): number {
  return Math.max(notBeforeMs, nowMs) + (transactional ? TRANSACTIONAL_AFTER_DAYS : EXPIRES_AFTER_DAYS) * DAY_MS;
}

/** Asks for messages in the transaction of what asks; answers the keys that were new. Whether one is transactional is what its template says. */
export async function askFor(deps: MessageDeps, tx: Tx, workspaceId: number, all: readonly MessageAsked[]): Promise<readonly string[]> {
  const templates = all.map(({ template, templateVersion = null }) => ({ template, version: templateVersion }));
  for (const asked of all) requireAsked(asked);
  const facts = await deps.content.facts(tx, workspaceId, templates);
  const nowMs = deps.nowMs();
  const restoredMs = (await loadLastRestore(tx))?.getTime() ?? Number.NEGATIVE_INFINITY;
  const messages = all.map((asked, at) => ({
    asked: { ...asked, expiresAtMs: asked.expiresAtMs ?? tooLate(asked, facts[at]?.transactional ?? false, nowMs) },
    reference: Buffer.from(deps.randomBytes(REFERENCE_BYTES)).toString("hex"),
    transactional: facts[at]?.transactional ?? false,
    variables: sealVariables(deps.privacy, asked.variables),
    restored: (asked.causeMs ?? nowMs) <= restoredMs,
  }));
  return insertMessages(tx, workspaceId, messages, new Date(nowMs));
}
