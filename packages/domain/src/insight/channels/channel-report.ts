import { minorUnits, type Currency } from "../commerce/trade.ts";
import type { ChannelDay } from "./channel-figures.ts";
import { channelNamed, feeWithin, shareOf, type ChannelKind, type ChannelTerms } from "./channel-terms.ts";

/** People first seen in the period whom a value brought, and what became of them; '' is no touch. */
export type BroughtPeople = {
  readonly channel: string;
  readonly campaign: string;
  readonly people: number;
  readonly registered: number;
  readonly customers: number;
  readonly repeaters: number;
  readonly orders: number;
  readonly netMinor: number;
};

/** A row of the report as whole numbers; every rate follows from them. Null names stand for people whom nothing touched. */
export type ChannelRow = Omit<BroughtPeople, "channel" | "campaign"> & {
  readonly channel: string | null;
  readonly campaign: string | null;
  readonly kind: ChannelKind;
  readonly exposures: number;
  readonly clicks: number;
  readonly importedCostMinor: number;
  readonly feeMinor: number;
  readonly shareMinor: number;
  readonly costMinor: number;
};

/** Rates of a row, null where there is nothing to divide by. */
export type ChannelRates = {
  /** Registrations ÷ exposures (the channel conversion of the handbook). */
  readonly conversion: number | null;
  readonly registration: number | null;
  readonly firstOrder: number | null;
  readonly repurchase: number | null;
  /** Net revenue per person brought, in minor units; so are the two costs. */
  readonly ltv: number | null;
  readonly costPerRegistration: number | null;
  readonly cac: number | null;
  /** (Net revenue − cost) ÷ cost. */
  readonly roi: number | null;
};

export type ChannelReport = {
  readonly rows: readonly ChannelRow[];
  readonly total: ChannelRow;
  /** Some cost is in another currency and does not count. */
  readonly isCostMissing: boolean;
};

export type ReportGround = {
  readonly terms: readonly ChannelTerms[];
  readonly money: Currency;
  /** Days since 1970-01-01, half-open. */
  readonly fromDay: number;
  readonly toDay: number;
  readonly isByCampaign: boolean;
};

/** Puts people, figures and terms together by channel (and campaign), dearest first. A fee belongs to no campaign: it stands in the row of the channel without one. */
export function channelReport(people: readonly BroughtPeople[], figures: readonly ChannelDay[], ground: ReportGround): ChannelReport {
  const { terms, money, isByCampaign } = ground;
  const named = channelNamed(terms);
  const termsOf = new Map(terms.map((each) => [each.channel, each]));
  const rows = new Map<string, ChannelRow>();
  const add = (channel: string, campaign: string, more: Partial<ChannelRow>): void => {
    const place = [named(channel), isByCampaign ? campaign : ""] as const;
    const key = JSON.stringify(place);
    const kind = termsOf.get(place[0])?.kind ?? "channel";
    rows.set(key, addUp(rows.get(key) ?? { ...NOTHING, channel: place[0] || null, campaign: place[1] || null, kind }, more));
  };
  for (const { channel, campaign, ...counts } of people) add(channel, campaign, counts);
  const isOwn = ({ currency }: ChannelDay): boolean => currency === "" || currency.toUpperCase() === money.currency;
  for (const figure of figures) {
    const importedCostMinor = isOwn(figure) ? minorUnits(figure.cost, money) : 0;
    add(figure.channel, figure.campaign, { exposures: figure.exposures, clicks: figure.clicks, importedCostMinor });
  }
  for (const each of terms) {
    const feeMinor = feeWithin(each, ground.fromDay, ground.toDay);
    if (feeMinor > 0) add(each.channel, "", { feeMinor });
  }
  const priced = [...rows.values()].map((row) => withCost(row, termsOf.get(row.channel ?? "")));
  return {
    rows: priced.toSorted((a, b) => b.costMinor - a.costMinor || b.people - a.people || compare(a, b)),
    total: priced.reduce(addUp, NOTHING),
    isCostMissing: figures.some((figure) => figure.cost !== 0 && !isOwn(figure)),
  };
}

/** The rates of a row. */
export function channelRates(row: ChannelRow): ChannelRates {
  const { exposures, people, registered, customers, repeaters, netMinor, costMinor } = row;
  return {
    conversion: ratio(registered, exposures),
    registration: ratio(registered, people),
    firstOrder: ratio(customers, people),
    repurchase: ratio(repeaters, customers),
    ltv: ratio(netMinor, people),
    costPerRegistration: costMinor === 0 ? null : ratio(costMinor, registered),
    cac: costMinor === 0 ? null : ratio(costMinor, customers),
    roi: ratio(netMinor - costMinor, costMinor),
  };
}

const NOTHING: ChannelRow = {
  channel: null,
  campaign: null,
  kind: "channel",
  exposures: 0,
  clicks: 0,
  people: 0,
  registered: 0,
  customers: 0,
  repeaters: 0,
  orders: 0,
  netMinor: 0,
  importedCostMinor: 0,
  feeMinor: 0,
  shareMinor: 0,
  costMinor: 0,
};

const COUNTED = [
  "exposures",
  "clicks",
  "people",
  "registered",
  "customers",
  "repeaters",
  "orders",
  "netMinor",
  "importedCostMinor",
  "feeMinor",
  "shareMinor",
  "costMinor",
] as const;

function withCost(row: ChannelRow, terms: ChannelTerms | undefined): ChannelRow {
  const shareMinor = terms === undefined ? 0 : shareOf(row.netMinor, terms);
  return { ...row, shareMinor, costMinor: row.importedCostMinor + row.feeMinor + shareMinor };
}

function addUp(row: ChannelRow, more: Partial<ChannelRow>): ChannelRow {
  const sums = COUNTED.map((name) => [name, row[name] + (more[name] ?? 0)] as const);
  return { ...row, ...Object.fromEntries(sums) };
}

function compare(a: ChannelRow, b: ChannelRow): number {
  const [one, other] = [JSON.stringify([a.channel, a.campaign]), JSON.stringify([b.channel, b.campaign])];
  return one < other ? -1 : one > other ? 1 : 0;
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
