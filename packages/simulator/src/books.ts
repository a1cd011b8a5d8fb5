import type { PlannedArm } from "@terrace/domain/experiments/bandit";
import type { IdentityRef } from "@terrace/domain/identity/identity-kinds";
import { CHANNELS } from "./channels.ts";
import type { LeavingReason } from "./person.ts";

/** Days after registration whose returns are counted. */
export const RETENTION_DAYS = [1, 7, 30] as const;
type Returns = Map<(typeof RETENTION_DAYS)[number], number>;

export type ChannelBook = {
  exposures: number;
  costFen: number;
  visitors: number;
  /** Registrations by local day. */
  readonly registered: Map<number, number>;
  /** Of those registered early enough to be counted, who used the product on exactly that day after. */
  readonly returned: Returns;
  orders: number;
  paidFen: number;
  refundedFen: number;
};

export type DayBook = { visits: number; orders: number; paidFen: number; failed: number };
type Arm = { people: number; returned: number; ordered: number };

/** Shares from a day on, what they follow from (nothing at first), and who came while they were in force. */
export type BannerPeriod = {
  readonly fromDay: number;
  readonly parts: readonly number[];
  readonly known: readonly PlannedArm[] | null;
  readonly people: number[];
  readonly clicks: number[];
};

export type AskedMember = { readonly ref: IdentityRef; readonly isHeld: boolean };

/** What really happened, written down while it happens: the manifest is read off it. */
export type Books = {
  readonly channels: readonly ChannelBook[];
  readonly days: Map<number, DayBook>;
  readonly hours: number[];
  readonly recall: { readonly coupon: Arm; readonly holdout: Arm };
  /** Members who saw each order of the menu. */
  readonly menu: { usual: number; sorted: number };
  /** Banners that were shown and clicked, by the shares they were drawn by. */
  readonly banner: BannerPeriod[];
  /** Who was asked about before the recall, all at the same instant, and who of them was held out. */
  readonly asked: AskedMember[];
  /** Drinks sold online and in shops before and after the price of one was raised. */
  readonly price: { readonly before: { dear: number; all: number }; readonly after: { dear: number; all: number } };
  readonly tickets: { readonly fast: { people: number; left: number }; readonly slow: { people: number; left: number } };
  readonly segments: { readonly best: { orders: number; paidFen: number }; readonly others: { orders: number; paidFen: number } };
  readonly searches: Map<string, number>;
  readonly left: Record<LeavingReason, number>;
  readonly fraud: { leader: string; readonly accounts: string[] };
  refunds: number;
  refundedFen: number;
  events: number;
};

export function openBooks(): Books {
  const arm = (): Arm => ({ people: 0, returned: 0, ordered: 0 });
  return {
    channels: CHANNELS.map(() => ({
      exposures: 0,
      costFen: 0,
      visitors: 0,
      registered: new Map(),
      returned: new Map(),
      orders: 0,
      paidFen: 0,
      refundedFen: 0,
    })),
    days: new Map(),
    hours: Array.from({ length: 24 }, () => 0),
    recall: { coupon: arm(), holdout: arm() },
    menu: { usual: 0, sorted: 0 },
    banner: [],
    asked: [],
    price: { before: { dear: 0, all: 0 }, after: { dear: 0, all: 0 } },
    tickets: { fast: { people: 0, left: 0 }, slow: { people: 0, left: 0 } },
    segments: { best: { orders: 0, paidFen: 0 }, others: { orders: 0, paidFen: 0 } },
    searches: new Map(),
    left: { drifted: 0, slow_service: 0, price: 0, outage: 0 },
    fraud: { leader: "", accounts: [] },
    refunds: 0,
    refundedFen: 0,
    events: 0,
  };
}

export function dayBook(books: Books, day: number): DayBook {
  let book = books.days.get(day);
  if (book === undefined) {
    book = { visits: 0, orders: 0, paidFen: 0, failed: 0 };
    books.days.set(day, book);
  }
  return book;
}

export function channelBook(books: Books, channel: number): ChannelBook {
  const book = books.channels[channel];
  if (book === undefined) throw new Error(`there is no channel ${channel}`);
  return book;
}

export function count<K>(counts: Map<K, number>, key: K, by = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
