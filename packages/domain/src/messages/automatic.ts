/** Programs that look at links and pictures of messages before, or instead of, people: robots, previews, and filters of mail and links. */
const MACHINES =
  /(?<!cu)bot\b|crawl|spider|scanner|slurp|preview|headless|phantom|curl\/|wget|python-|go-http-client|java\/|libwww|okhttp|axios|node-fetch|undici|httpclient|facebookexternalhit|slackbot|whatsapp\/|telegrambot|skypeuripreview|proofpoint|mimecast|barracuda|fireeye|symantec|sophos|trendmicro|forcepoint|ironport|safelinks|urldefense|zscaler|checkpoint|cloudmark/i;
/** Mail programs that load every picture as soon as a letter arrives say no more than this. */
const BEFORE_ANYBODY_READS = /^Mozilla\/5\.0\s*$/;
/** Nobody reads a message and follows a link of it within this of its being handed over; what checks mail on its way does. */
const SOONEST_MS = 2_000;

/** Whether a link was followed, or a picture loaded, by a program that says what it is. */
export function isMachine(userAgent: string): boolean {
  return userAgent.trim() === "" || MACHINES.test(userAgent) || BEFORE_ANYBODY_READS.test(userAgent);
}

/** Whether it came sooner after a message was let go than any person could. */
export function isTooSoon(letGoMs: number | undefined, atMs: number): boolean {
  return letGoMs !== undefined && atMs - letGoMs < SOONEST_MS;
}
