import { mentionsIn } from "@terrace/domain/rights/mentioned";
import type { PrivacyModule } from "../privacy/module.ts";

/** Looks for people in text of others: by the keyed hashes of ids, and by tokens of personal values. */
export type MentionFinder = {
  readonly workspaceId: number;
  readonly hasOrigin: (originId: string) => boolean;
  readonly hasToken: (token: string) => boolean;
};

/** Whether a text (JSON, cells, words) names one of the people looked for. */
export function findsMention(privacy: Pick<PrivacyModule, "originId" | "tokenise">, finder: MentionFinder, text: string): boolean {
  const { workspaceId, hasOrigin, hasToken } = finder;
  for (const mention of mentionsIn(text)) {
    const found =
      "id" in mention
        ? hasOrigin(privacy.originId(workspaceId, mention.id.kind, mention.id.value))
        : hasToken(privacy.tokenise(workspaceId, mention.class, mention.value));
    if (found) return true;
  }
  return false;
}
