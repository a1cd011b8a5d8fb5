import type { PersonalClass } from "@terrace/domain/event/feed-event";
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

/** What tells of a person wherever it stands; an address of the net or a value that was marked may be anybody's. */
const TELLING: readonly PersonalClass[] = ["phone", "email", "id_card", "name", "address"];

/** Whether a value by itself is a personal value of one of the people looked for. */
export function isValueOf(privacy: Pick<PrivacyModule, "tokenise">, { workspaceId, hasToken }: MentionFinder, value: string): boolean {
  // One letter is nobody's name.
  return value.length > 1 && TELLING.some((personalClass) => hasToken(privacy.tokenise(workspaceId, personalClass, value)));
}
