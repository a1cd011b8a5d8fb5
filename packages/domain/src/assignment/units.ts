/** Who is assigned: each has an attribute of the context that holds its id. */
export const UNITS = ["person", "group", "session"] as const;
export type AssignmentUnit = (typeof UNITS)[number];
export const UNIT_ATTRIBUTES: Readonly<Record<AssignmentUnit, string>> = { person: "id", group: "groupId", session: "sessionId" };
