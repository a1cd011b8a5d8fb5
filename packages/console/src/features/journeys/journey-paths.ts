/** Where a journey is shown. */
export function journeyPath(id: string): string {
  return `touch/journeys/${id}`;
}

/** One person's way through a journey. */
export function wayPath(id: string, enrolment: string): string {
  return `${journeyPath(id)}?tab=people&way=${enrolment}`;
}

/** Where a journey is drawn. */
export function draftPath(id: string): string {
  return `${journeyPath(id)}/draft`;
}
