import { addNote, addTag, listTags, removeNote, removeTag } from "@terrace/contract/api/person-remarks";
import { DONE } from "@terrace/contract/route";
import { mendOfTag } from "@terrace/domain/personal/tag-name";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteHandler } from "../../platform/http/handler.ts";
import { inTransaction, type Db } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import { deleteNote, insertNote } from "./note.store.ts";
import { ownerOrThrow } from "./person-owner.ts";
import { noteShown, tagShown } from "./remark-picture.ts";
import { countTags, deleteTag, findHoldingRule, isVerifiedTag, saveTag } from "./tag.store.ts";
import { sealText } from "../../platform/sealed-text.ts";

export type RemarkDeps = {
  readonly db: Db;
  readonly privacy: Pick<PrivacyModule, "encryptPayload" | "decryptPayload">;
  readonly audit: AccessModule["audit"];
  readonly nowMs: () => number;
};

/** What operators say about people: tags and notes. They hang on the id that names the person now. */
export function remarkRoutes(deps: RemarkDeps): readonly RouteHandler[] {
  return [...tagRoutes(deps), ...noteRoutes(deps)];
}

function tagRoutes({ db, audit, nowMs }: RemarkDeps): readonly RouteHandler[] {
  return [
    handle(listTags, async (_input, { workspaceId }) => ({ items: [...(await countTags(db, workspaceId, new Date(nowMs())))] })),
    handle(addTag, async ({ params, body }, { workspaceId, actor, ip }) => {
      const createdAt = new Date(nowMs());
      const expiresAt = body.expiresAt === undefined ? null : new Date(body.expiresAt);
      refuseBadTag(body.tag, expiresAt, createdAt);
      const originId = await ownerOrThrow(db, workspaceId, params.person);
      const row = { originId, tag: body.tag, owner: actor, createdAt, expiresAt, rule: null, verification: null };
      await inTransaction(db, async (tx) => {
        // One that another id of the person carries would otherwise stay beside it.
        await deleteTag(tx, workspaceId, { personId: originId, tag: body.tag, byHand: true });
        await saveTag(tx, workspaceId, row);
        await audit(tx, {
          workspaceId,
          actor,
          action: "person.tag",
          target: `person:${originId}`,
          detail: { tag: body.tag, expiresAt: body.expiresAt ?? null },
          ip,
        });
      });
      return tagShown(row);
    }),
    handle(removeTag, async ({ params }, { workspaceId, actor, ip }) => {
      const personId = await ownerOrThrow(db, workspaceId, params.person);
      await inTransaction(db, async (tx) => {
        const rule = await findHoldingRule(tx, workspaceId, personId, params.tag);
        if (rule !== undefined)
          throw faultError("tag.by_rule", {
            field: "tag",
            mend: "Change or delete the rule; it would put the tag on again",
            details: { name: rule },
          });
        if (await isVerifiedTag(tx, workspaceId, { personId, tag: params.tag, now: new Date(nowMs()) }))
          throw faultError("tag.by_verification", { field: "tag", mend: "Revoke the verification; the tag goes with it" });
        if (await deleteTag(tx, workspaceId, { personId, tag: params.tag, byHand: false }))
          await audit(tx, { workspaceId, actor, action: "person.untag", target: `person:${personId}`, detail: { tag: params.tag }, ip });
      });
      return DONE;
    }),
  ];
}

function noteRoutes(deps: RemarkDeps): readonly RouteHandler[] {
  const { db, privacy, audit } = deps;
  return [
    handle(addNote, async ({ params, body }, { workspaceId, actor, ip, fields }) => {
      const originId = await ownerOrThrow(db, workspaceId, params.person);
      const note = { originId, body: sealText(privacy, body.text), author: actor, createdAt: new Date(deps.nowMs()) };
      const noteId = await inTransaction(db, async (tx) => {
        const id = await insertNote(tx, workspaceId, note);
        await audit(tx, { workspaceId, actor, action: "person.note", target: `person:${originId}`, detail: { note: id }, ip });
        return id;
      });
      return noteShown(privacy, { ...note, noteId }, fields);
    }),
    handle(removeNote, async ({ params }, { workspaceId, actor, ip }) => {
      const personId = await ownerOrThrow(db, workspaceId, params.person);
      const gone =
        /^[1-9]\d{0,17}$/.test(params.note) &&
        (await inTransaction(db, async (tx) => {
          const found = await deleteNote(tx, workspaceId, personId, params.note);
          if (found)
            await audit(tx, {
              workspaceId,
              actor,
              action: "person.note_delete",
              target: `person:${personId}`,
              detail: { note: params.note },
              ip,
            });
          return found;
        }));
      if (!gone) throw faultError("note.not_found", { field: "note", mend: "Read the person again: the note may be deleted already" });
      return DONE;
    }),
  ];
}

function refuseBadTag(tag: string, expiresAt: Date | null, now: Date): void {
  const mend = mendOfTag(tag);
  if (mend !== undefined) throw faultError("tag.invalid", { field: "tag", mend });
  if (expiresAt !== null && expiresAt <= now) throw faultError("tag.invalid", { field: "expiresAt", mend: "Choose a time in the future" });
}
