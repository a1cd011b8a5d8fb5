import type { EraseStep, ErasedSubjects, PersonalDataHolder, PersonAsked } from "@terrace/server/platform/personal-data/holder";
import { inTransaction, type Db } from "@terrace/server/platform/storage/postgres";

type OnePerson = ErasedSubjects["people"][number];

/** Asks for what is held about somebody, who may be shown all of it as it is. */
export function askedAbout(workspaceId: number, { personId, originIds }: OnePerson): PersonAsked {
  return {
    workspaceId,
    personId,
    originIds,
    show: (value) => value,
    showField: (_place, _name, value) => value,
    showText: (text) => text,
    showNote: (text) => text,
    showFormValue: (text) => text,
    mentions: () => false,
    isValue: () => false,
  };
}

/** An erasure of people whose personal values, where it matters, are `values`. */
export function erasureOf(workspaceId: number, people: readonly OnePerson[], values: readonly string[] = []): ErasedSubjects {
  const originIds = people.flatMap((one) => one.originIds);
  return {
    workspaceId,
    erasureId: "1",
    erasedAt: new Date(Date.UTC(2026, 0, 1)),
    people,
    originIds,
    isErased: (originId) => originIds.includes(originId),
    mentions: (text) => values.some((value) => text.includes(value)),
    isValue: (text) => values.includes(text),
    secret: new Uint8Array(32).fill(3),
  };
}

/** The first step in which a holder forgets people. */
export function eraseFrom(db: Db, holder: PersonalDataHolder, subjects: ErasedSubjects): Promise<EraseStep> {
  return inTransaction(db, (tx) => holder.erase(tx, subjects, null));
}
