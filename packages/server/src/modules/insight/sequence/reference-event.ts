/** An event as the slow references see it. */
export type ReferenceEvent = {
  readonly person: string;
  readonly name: string;
  readonly atMs: number;
  readonly receivedAtMs: number;
  /** How many events came in before it. */
  readonly place: number;
  readonly properties: Readonly<Record<string, string | number | boolean>>;
  readonly page?: string;
};

/** Events in order of time; at the same instant as they came in. */
export function inOrder(events: readonly ReferenceEvent[]): readonly ReferenceEvent[] {
  return events.toSorted((a, b) => a.atMs - b.atMs || a.receivedAtMs - b.receivedAtMs || a.place - b.place);
}
