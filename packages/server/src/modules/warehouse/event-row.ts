import type { PlacedEvent } from "../../platform/feed/resolver.ts";

/**
 * The `events` row of an event as JSON text (JSONEachRow). `originId` is the decimal id of the event's first identity, "0" for
 * events that belong to nobody. Properties hold tokens only: personal values never reach the event engine.
 */
export function eventRow(placed: PlacedEvent, originId: string): string {
  const { event } = placed;
  const { context } = event;
  return JSON.stringify({
    workspace_id: event.workspaceId,
    origin_id: originId,
    name: event.name,
    time: timestamp(event.timeMs),
    received_at: timestamp(event.receivedAtMs),
    message_id: event.messageId,
    event_id: eventIdOf(placed),
    source: event.source,
    properties: event.properties,
    channel: context.channel,
    utm_source: context.utmSource,
    utm_medium: context.utmMedium,
    utm_campaign: context.utmCampaign,
    utm_term: context.utmTerm,
    utm_content: context.utmContent,
    referrer_host: context.referrerHost,
    page_url: context.pageUrl,
    page_path: context.pagePath,
    page_title: context.pageTitle,
    device_type: context.deviceType,
    browser: context.browser,
    os: context.os,
    app_version: context.appVersion,
    locale: context.locale,
    library: context.library,
    ip_prefix: context.ipPrefix,
  });
}

/** The event's place in the feed as its id: unique, never changes, and orders events of one person that share a time. */
export function eventIdOf({ lane, seq, index }: PlacedEvent): string {
  return `${lane}-${seq}-${index}`;
}

/** `YYYY-MM-DD hh:mm:ss.mmm` in UTC, the form the event engine's basic parser takes. */
function timestamp(ms: number): string {
  const iso = new Date(ms).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)}`;
}
