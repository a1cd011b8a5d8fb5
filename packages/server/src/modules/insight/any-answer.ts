import type { AnswerMeta, answerQuerySchema } from "@terrace/contract/api/insight-analysis";
import type { z } from "zod";

/** An answer of some analysis. */
export type AnyAnswer = object & { readonly meta: AnswerMeta };
/** How an answer is wanted: under which id, how old it may be. */
export type Wanted = z.output<typeof answerQuerySchema>;
