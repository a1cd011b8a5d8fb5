export type Cohort = { readonly participants: number; readonly brought: number; readonly converted: number };

/**
 * The k-factor of a cohort of participants: k = i × c, where i = people brought per participant and c = share of these who converted
 * (the viral coefficient as in Skok, "Lessons Learned: Viral Marketing", 2009, with people who came in place of invitations that were sent).
 * Above 1, each generation of participants is larger than the one before.
 */
export function viralOf({ participants, brought, converted }: Cohort) {
  const invitationsPerParticipant = shareOf(brought, participants);
  const conversionRate = shareOf(converted, brought);
  // With nobody brought there is no rate, and nobody follows.
  const k = invitationsPerParticipant === null ? null : invitationsPerParticipant * (conversionRate ?? 0);
  return { invitationsPerParticipant, conversionRate, k };
}

/** Null where there is nothing to divide by. */
export function shareOf(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
