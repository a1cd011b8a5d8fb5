import { jsonObjectSchema } from "@terrace/contract/api/insight-saved";
import type { AnalysisKind } from "@terrace/domain/insight/analysis-kind";
import type { z } from "zod";
import { openText, sealText } from "../../platform/sealed-text.ts";
import type { BoardDeps } from "./board-deps.ts";

/** A question that was kept: a body of an analysis. */
export type Question = { readonly kind: AnalysisKind; readonly query: z.output<typeof jsonObjectSchema> };

/** A query at rest: conditions in it can hold personal values. */
export function sealJson(cipher: BoardDeps["privacy"], json: object): Uint8Array {
  return sealText(cipher, JSON.stringify(json));
}

/** What `sealJson` was given. */
export function openJson(cipher: BoardDeps["privacy"], sealed: Uint8Array): unknown {
  return JSON.parse(openText(cipher, sealed));
}

/** The question of a stored row. */
export function openQuestion(cipher: BoardDeps["privacy"], row: { readonly kind: string; readonly query: Uint8Array }): Question {
  // Only kinds that the contract knows are stored.
  return { kind: row.kind as AnalysisKind, query: jsonObjectSchema.parse(openJson(cipher, row.query)) };
}
