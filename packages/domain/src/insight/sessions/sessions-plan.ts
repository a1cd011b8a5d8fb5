/** Sessions and their time; lengths in ms. */
export type SessionFigures = {
  readonly sessions: number;
  readonly people: number;
  readonly events: number;
  readonly bounces: number;
  readonly totalMs: number;
  readonly medianMs: number | null;
};

export type SessionsShown = {
  readonly sessions: number;
  readonly people: number;
  readonly events: number;
  readonly bounceRate: number | null;
  readonly averageSeconds: number | null;
  readonly medianSeconds: number | null;
  readonly totalSeconds: number;
  readonly sessionsPerPerson: number | null;
  readonly secondsPerPerson: number | null;
};

export const NO_SESSIONS: SessionFigures = { sessions: 0, people: 0, events: 0, bounces: 0, totalMs: 0, medianMs: null };

/** The figures of some sessions; `secondsPerPerson` is the average time of active people: total time over people with a session. */
export function shapeSessions({ sessions, people, events, bounces, totalMs, medianMs }: SessionFigures): SessionsShown {
  const per = (value: number, whole: number): number | null => (whole === 0 ? null : value / whole);
  return {
    sessions,
    people,
    events,
    bounceRate: per(bounces, sessions),
    averageSeconds: per(totalMs / 1_000, sessions),
    medianSeconds: medianMs === null ? null : medianMs / 1_000,
    totalSeconds: totalMs / 1_000,
    sessionsPerPerson: per(sessions, people),
    secondsPerPerson: per(totalMs / 1_000, people),
  };
}
