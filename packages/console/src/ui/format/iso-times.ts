const INSTANT = /\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})/g;

/** A text with its instants (`2026-07-16T06:32:00.000Z`) written as the console writes times. */
export function withLocalTimes(text: string, write: (at: string) => string): string {
  return text.includes("T") ? text.replaceAll(INSTANT, (at) => write(at)) : text;
}
