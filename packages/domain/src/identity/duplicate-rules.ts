/** What two people can have in common that makes them look like one, surest first. */
export const DUPLICATE_SIGNS = ["id_card", "unionid", "phone", "email"] as const;
export type DuplicateSign = (typeof DUPLICATE_SIGNS)[number];

/** How sure a sign is: an id card belongs to one person; phones and mailboxes are shared by families and passed on. */
export const SIGN_CONFIDENCE: Readonly<Record<DuplicateSign, "certain" | "high" | "medium">> = {
  id_card: "certain",
  unionid: "certain",
  phone: "high",
  email: "medium",
};

/** More people than this with one sign say that the sign is a placeholder or a shared one, not that they are one person. */
export const SHARED_BY_MAX = 10;

/** What is done about two people with the same sign: an operator decides, or they are merged by themselves. */
export type RuleAction = "ask" | "merge";
export type MergeRules = Readonly<Record<DuplicateSign, RuleAction>>;
export const NO_RULES: MergeRules = { id_card: "ask", unionid: "ask", phone: "ask", email: "ask" };

/** Whether a rule may merge a group by itself: exactly two people, about whom nobody has said that they are two. */
export function mayMergeByRule(group: { readonly people: readonly string[]; readonly keptApart: boolean }, action: RuleAction): boolean {
  return action === "merge" && group.people.length === 2 && !group.keptApart;
}
