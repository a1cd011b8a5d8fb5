/** Winter and summer, so that two zones that only now and then agree are told apart. */
const MONTHS = [0, 6];

/** How far a zone is from UTC at an instant, e.g. `GMT+8`; at none, engines write `GMT`, `UTC` or `GMT+0`, here it is `GMT`. */
export function zoneOffset(timeZone: string, atMs: number): string {
  const parts = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "shortOffset" }).formatToParts(atMs);
  const offset = parts.find(({ type }) => type === "timeZoneName")?.value ?? timeZone;
  return /^(?:UTC|GMT)(?:\+0)?$/.test(offset) ? "GMT" : offset;
}

/** Whether clocks in two zones read the same all through the year of an instant. */
export function sameClocks(one: string, other: string, atMs: number): boolean {
  if (one === other) return true;
  const year = new Date(atMs).getUTCFullYear();
  return [atMs, ...MONTHS.map((month) => Date.UTC(year, month, 1))].every((at) => zoneOffset(one, at) === zoneOffset(other, at));
}
