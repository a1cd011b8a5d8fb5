import { isJsonObject, type Json, type JsonObject } from "@terrace/domain/json";
import { jsonWithout, textWithout, type Naming } from "@terrace/domain/rights/without-mentions";
import type { PayloadCipher } from "../feed/feed-codec.ts";
import { openText, sealText } from "../sealed-text.ts";
import type { Db } from "../storage/postgres.ts";
import type { HeldItem, PersonalDataHolder } from "./holder.ts";
import { loadTexts, replaceText, type AfterRow, type PlacedText, type TextPlace } from "./text-place.store.ts";

export type TextHolderDeps = { readonly db: Db; readonly privacy: Pick<PayloadCipher, "encryptPayload" | "decryptPayload"> };
type Cipher = TextHolderDeps["privacy"];

const ROWS_PER_STEP = 100;
const ITEMS_MAX = 200;
const SHOWN_MAX = 1_000;
/** Before every row: keys are numbers from 0 on. */
const BEGIN: AfterRow = { first: "-1", second: "-1" };

/**
 * Texts in which operators may have named people: what was typed into questions and notes, and what reports say of the answers. What names an
 * erased person is taken out of them; the rest stays, because it is about others.
 */
export function createTextHolder({ db, privacy }: TextHolderDeps, name: string, places: readonly TextPlace[]): PersonalDataHolder {
  return {
    name,
    describe: async (asked) => {
      const items: HeldItem[] = [];
      let total = 0;
      for (const place of places)
        for (let rows: readonly PlacedText[] | undefined, after = BEGIN; rows === undefined || rows.length === ROWS_PER_STEP;) {
          rows = await loadTexts(db, asked.workspaceId, place, { after, limit: ROWS_PER_STEP, isHeld: false });
          for (const row of rows) {
            const text = read(privacy, place, row);
            if (textOf(place, text, asked) === text) continue;
            total += 1;
            if (items.length < ITEMS_MAX) items.push({ what: place.table, value: asked.showText(text.slice(0, SHOWN_MAX)), at: null });
          }
          after = rows.at(-1) ?? after;
        }
      return total === 0 ? [] : [{ key: "insight_texts", total, items }];
    },
    erase: async (tx, subjects, cursor) => {
      const { at, after } = placeOf(cursor);
      const place = places[at];
      if (place === undefined) return { cursor: null, done: true, removed: {} };
      await place.before?.(tx, subjects.workspaceId);
      const rows = await loadTexts(tx, subjects.workspaceId, place, { after, limit: ROWS_PER_STEP, isHeld: true });
      let changed = 0;
      for (const row of rows) {
        const text = read(privacy, place, row);
        const kept = textOf(place, text, subjects);
        if (kept === text) continue;
        changed += 1;
        const stored = place.form === "clear" ? kept : sealText(privacy, kept);
        await replaceText(tx, subjects.workspaceId, place, { ...row, text: stored });
      }
      if (changed > 0) await place.changed?.(tx, subjects.workspaceId);
      const last = rows.at(-1);
      const isThrough = last === undefined || rows.length < ROWS_PER_STEP;
      const next = isThrough ? { at: at + 1, after: BEGIN } : { at, after: last };
      const done = next.at >= places.length;
      // Gone over from the beginning the second time: texts were written meanwhile.
      return { cursor: done ? null : [next.at, next.after.first, next.after.second], done, removed: { texts: changed } };
    },
  };
}

function placeOf(cursor: Json): { readonly at: number; readonly after: AfterRow } {
  const [at, first, second] = Array.isArray(cursor) ? (cursor as readonly Json[]) : [];
  if (typeof at !== "number" || typeof first !== "string" || typeof second !== "string") return { at: 0, after: BEGIN };
  return { at, after: { first, second } };
}

function read(privacy: Cipher, { form }: TextPlace, { text }: PlacedText): string {
  if (form === "clear") return String(text);
  if (typeof text === "string") throw new TypeError("a sealed text is bytes");
  return openText(privacy, text);
}

/** What may stay of a text; the same string when all of it may. */
function textOf({ form }: TextPlace, text: string, naming: Naming): string {
  if (form === "text" || form === "clear") return textWithout(text, naming);
  const json = JSON.parse(text) as Json;
  const kept = form === "notice" && isJsonObject(json) ? noticeWithout(json, naming) : jsonWithout(json, naming);
  return kept === json ? text : JSON.stringify(kept);
}

/** Nothing can be taken out of a PDF: where a notice names somebody, it goes without it and without its page. */
function noticeWithout(notice: JsonObject, naming: Naming): JsonObject {
  const { html: _html, attachments: _attachments, ...told } = notice;
  const kept = jsonWithout(told, naming);
  return kept === told || !isJsonObject(kept) ? notice : kept;
}
