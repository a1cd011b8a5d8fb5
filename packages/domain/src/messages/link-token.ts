/** What an address in a message does: end the purpose on the channel, open the preferences, confirm what was asked for, lead on, or be loaded when it is read. */
export const LINK_KINDS = ["unsubscribe", "preferences", "confirm", "click", "open"] as const;
export type LinkKind = (typeof LINK_KINDS)[number];

/** What the token of such an address says. It names nobody: an id is told by its origin. */
export type LinkSaid = {
  readonly kind: LinkKind;
  /** The message that it stands in; empty for one that stands in none. */
  readonly reference: string;
  readonly originId: string;
  readonly purpose: string;
  /** A channel of consent. */
  readonly channel: string;
  /** Of a click: where it leads, and the how manieth link of the message it is. */
  readonly target: string;
  readonly place: number;
  /** Days since 1970 (UTC) after which it says nothing any more. */
  readonly untilDay: number;
};

export const DAY_MS = 86_400_000;
/** How long links of a message live: who wants to hear no more may say so late; what is counted ends with the message's record. */
const LIFE_DAYS: Readonly<Record<LinkKind, number>> = { unsubscribe: 730, preferences: 730, confirm: 3, click: 180, open: 180 };

/** The last day of a link that is made at an instant. */
export function lastDayOf(kind: LinkKind, madeMs: number): number {
  return Math.floor(madeMs / DAY_MS) + LIFE_DAYS[kind];
}

export function isOver({ untilDay }: LinkSaid, nowMs: number): boolean {
  return Math.floor(nowMs / DAY_MS) > untilDay;
}

/** What a token seals, as short as it can be: it stands in addresses. */
export function writeLink({ kind, untilDay, originId, reference, purpose, channel, target, place }: LinkSaid): string {
  return [LINK_KINDS.indexOf(kind), untilDay, originId, reference, purpose, channel, place, target].join("\n");
}

const FORM = /^(\d)\n(\d{1,6})\n(-?\d{1,19})\n([a-z0-9]{0,32})\n([a-z0-9_]{0,40})\n([a-z0-9_]{0,40})\n(\d{1,5})\n(.*)$/s;

/** What a sealed text says; undefined when it is of another form. */
export function readLink(text: string): LinkSaid | undefined {
  const [whole, kindAt = "", untilDay = "", originId = "", reference = "", purpose = "", channel = "", place = "", target = ""] =
    FORM.exec(text) ?? [];
  const kind = LINK_KINDS[Number(kindAt)];
  if (whole === undefined || kind === undefined) return undefined;
  return { kind, untilDay: Number(untilDay), originId, reference, purpose, channel, target, place: Number(place) };
}
