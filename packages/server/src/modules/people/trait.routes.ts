import { changeTraits } from "@terrace/contract/api/people";
import { DONE } from "@terrace/contract/route";
import type { FeedEvent, TraitChange } from "@terrace/domain/event/feed-event";
import { finishEvent } from "@terrace/domain/event/raw-event";
import { changesOf, unsetsOf } from "@terrace/domain/event/trait-changes";
import type { IdentityRef } from "@terrace/domain/identity/identity-kinds";
import { isComputedTrait } from "@terrace/domain/traits/computed-traits";
import type { Result } from "@terrace/domain/result";
import { createHash } from "node:crypto";
import type { z } from "zod";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteHandler } from "../../platform/http/handler.ts";
import { inTransaction, type Db } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import { namingId } from "./naming-id.ts";
import { ownerOrThrow } from "./person-owner.ts";

export type TraitDeps = {
  readonly db: Db;
  readonly privacy: Pick<PrivacyModule, "open" | "tokenise">;
  readonly audit: AccessModule["audit"];
  readonly accept: (events: readonly FeedEvent[]) => Promise<void>;
  readonly isMarkedPersonal?: (workspaceId: number, event: string, property: string) => boolean;
  readonly nowMs: () => number;
  readonly randomId: () => string;
};

const EVENT_NAME = "$set";

/** Changes of traits by operators: events like any other, so that they meet those of clients in order of time. */
export function traitRoutes(deps: TraitDeps): readonly RouteHandler[] {
  const { db } = deps;
  return [
    handle(changeTraits, async ({ params, body }, { workspaceId, actor, ip }) => {
      const changes = changesIn(body);
      if (changes.length === 0) throw faultError("trait.invalid", { field: "set", mend: "Name at least one trait to change" });
      const computed = changes.flatMap((change) => (change.op !== "clear" && isComputedTrait(change.key) ? [change.key] : []))[0];
      if (computed !== undefined)
        throw faultError("trait.invalid", { field: "set", mend: `${computed} is reckoned by rules; change the class that gives it` });
      const personId = await ownerOrThrow(db, workspaceId, params.person);
      const event = traitEvent(deps, workspaceId, await namingId(deps, workspaceId, personId), changes);
      if (!event.ok)
        throw faultError("trait.invalid", {
          field: event.fault.field ?? "set",
          ...(event.fault.mend === undefined ? {} : { mend: event.fault.mend }),
        });
      const keys = event.value.traits.flatMap((change) => (change.op === "clear" ? [] : [change.key]));
      await inTransaction(db, async (tx) => {
        await deps.audit(tx, {
          workspaceId,
          actor,
          action: "person.traits",
          target: `person:${personId}`,
          detail: { traits: [...new Set(keys)] },
          ip,
        });
        await deps.accept([event.value]);
      });
      return DONE;
    }),
  ];
}

function changesIn(body: z.output<typeof changeTraits.body>): readonly TraitChange[] {
  return [
    ...changesOf("set", body.set),
    ...changesOf("set_once", body.setOnce),
    ...changesOf("increment", body.increment),
    ...changesOf("append", body.append),
    ...unsetsOf(body.unset ?? []),
  ];
}

/** The event of a change, sanitised and with its personal values hidden by the very steps an event from outside goes through. */
function traitEvent(deps: TraitDeps, workspaceId: number, id: IdentityRef, traits: readonly TraitChange[]): Result<FeedEvent> {
  const nowMs = deps.nowMs();
  return finishEvent(
    {
      source: "console",
      messageId: `console-${deps.randomId()}`,
      name: EVENT_NAME,
      timeMs: nowMs,
      ids: [id],
      link: "observed",
      properties: {},
      traits,
      context: { columns: { library: "console" } },
      notes: [],
    },
    {
      workspaceId,
      receivedAtMs: nowMs,
      tokenise: (personalClass, value) => deps.privacy.tokenise(workspaceId, personalClass, value),
      isMarkedPersonal: (event, property) => deps.isMarkedPersonal?.(workspaceId, event, property) ?? false,
      parseUserAgent: () => ({ deviceType: "", browser: "", os: "" }),
      derivedId: (text) => `d-${createHash("sha256").update(text).digest("base64url").slice(0, 27)}`,
    },
  );
}
