import { hash } from "node:crypto";
import * as api from "@terrace/contract/api/messages";
import { normaliseIdentity } from "@terrace/domain/identity/normalise-identity";
import type { MessageAsked } from "@terrace/domain/messages/message";
import type { z } from "zod";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import { askFor } from "./ask.ts";
import { cancelKeys, cancelOf, findIds, loadStates } from "./ask.store.ts";
import type { MessageDeps } from "./messages-deps.ts";
import { isStoredId } from "./stored-id.ts";

/** Asking for messages over the API, and taking them back. */
export function messageRoutes(deps: MessageDeps): readonly RouteHandler[] {
  return [
    handle(api.askForMessages, ({ body }, context) => askOverApi(deps, context, body)),
    handle(api.readMessageStates, async ({ body }, { workspaceId }) => {
      const names = new Map(body.keys.map((key) => [keptKey(key), key]));
      const states = await loadStates(deps.db, workspaceId, [...names.keys()]);
      return { items: states.map(({ key, state, reason }) => ({ key: names.get(key) ?? key, state, reason })) };
    }),
    handle(api.cancelMessages, async ({ body }, context) => {
      const { workspaceId, actor, ip } = context;
      const at = new Date(deps.nowMs());
      return inTransaction(deps.db, async (tx) => {
        const cancelled =
          "keys" in body
            ? await cancelKeys(tx, workspaceId, body.keys.map(keptKey), at)
            : await cancelOf(tx, workspaceId, { kind: "api", id: body.source, run: undefined }, at);
        const target = "keys" in body ? "message:keys" : `message:${body.source}`;
        await deps.audit(tx, { workspaceId, actor, action: "message.cancel", target, detail: { cancelled }, ip });
        return { cancelled };
      });
    }),
  ];
}

type Asked = z.output<typeof api.askForMessages.body>;

/** Callers put what they like into keys, addresses too: a hash is kept, which is the same for whoever asks again. */
function keptKey(key: string): string {
  return `api-${hash("sha256", key, "hex")}`;
}

async function askOverApi(deps: MessageDeps, { workspaceId, actor, ip }: RouteContext, body: Asked) {
  return inTransaction(deps.db, async (tx) => {
    const asked = await messagesOf(deps, tx, workspaceId, body);
    const added = new Set(await askFor(deps, tx, workspaceId, asked));
    const ids = await findIds(
      tx,
      workspaceId,
      asked.map(({ key }) => key),
    );
    const detail = { asked: asked.length, new: added.size };
    await deps.audit(tx, { workspaceId, actor, action: "message.ask", target: `message:${body.source}`, detail, ip });
    return {
      items: body.messages.map(({ key }) => ({ key, id: ids.get(keptKey(key)) ?? "", isNew: added.has(keptKey(key)) })),
    };
  });
}

async function messagesOf(deps: MessageDeps, tx: Tx, workspaceId: number, { messages, source }: Asked): Promise<readonly MessageAsked[]> {
  const templates = messages.map(({ template, version = null }) => ({ template, version }));
  const facts = await deps.content.facts(tx, workspaceId, templates);
  const nowMs = deps.nowMs();
  return messages.map((one, at) => {
    const fact = facts[at];
    if (fact === undefined)
      throw faultError("template.not_published", {
        field: `messages.${at}.template`,
        mend: "Name a published template, and a version that it has",
      });
    return {
      key: keptKey(one.key),
      originId: originOf(deps, workspaceId, one.person, at),
      channel: fact.channel,
      template: one.template,
      templateVersion: one.version,
      purpose: one.purpose ?? fact.purpose,
      tags: one.tags ?? fact.tags,
      priority: one.priority,
      source: { kind: "api", id: source, part: "", run: "" },
      variables: one.variables,
      notBeforeMs: one.notBefore === undefined ? nowMs : Date.parse(one.notBefore),
      expiresAtMs: one.expiresAt === undefined ? null : Date.parse(one.expiresAt),
    };
  });
}

type Named = Asked["messages"][number]["person"];

function originOf({ privacy }: MessageDeps, workspaceId: number, { kind, value }: Named, at: number): string {
  if (kind === "person") {
    if (isStoredId(value)) return value;
    throw faultError("person.not_found", { field: `messages.${at}.person.value`, mend: "Give the number of a person" });
  }
  const id = normaliseIdentity(kind, value);
  if (!id.ok)
    throw faultError("request.invalid", { field: `messages.${at}.person.value`, mend: id.fault.mend ?? "Give an id of that kind" });
  return privacy.originId(workspaceId, id.value.kind, id.value.value);
}
