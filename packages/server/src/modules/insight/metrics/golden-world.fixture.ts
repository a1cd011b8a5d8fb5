import type { BusinessEvents } from "@terrace/domain/insight/metrics/business-events";

/** An event of the world, at a local time of Shanghai. People are numbered; 33 is another id of 3, and 0 is nobody. */
export type GoldenEvent = {
  readonly at: string;
  readonly who: number;
  readonly name: string;
  readonly properties: Readonly<Record<string, unknown>>;
};

const [NOBODY, ANN, BEN, CAT, DAN, EVE, CAT_ELSEWHERE] = [0, 1, 2, 3, 4, 5, 33];
/** Those who began in January to October 2025, one in each month. */
const EARLIER = 11;
export const GOLDEN_MERGES: Readonly<Record<number, number>> = { [CAT_ELSEWHERE]: CAT };

const named = (...names: readonly string[]) => names.map((event) => ({ event }));
export const GOLDEN_BUSINESS: BusinessEvents = {
  user: named("Signed Up"),
  registration: named("Signed Up"),
  activation: named("Order Completed"),
  login: named("Signed In"),
  use: named("Page Viewed", "Order Completed"),
  order: named("Order Completed"),
  refund: named("Order Refunded"),
  comment: named("Comment Posted"),
};

/** The three days that are told: Monday 2 to Wednesday 4 March 2026; the numbers beside them are by day. Around them lies what metrics look back and ahead to. */
export const GOLDEN_EVENTS: readonly GoldenEvent[] = [
  // What the months before March were like: whoever began in one brought 16, or twice as much, and half, a quarter and a half of all so far in the months after.
  ...Array.from({ length: 10 }, (_, month) => month).flatMap((month) =>
    [16, 8, 6, 15].map((revenue, age) =>
      happened(`${monthOf2025(month + age)}-15 10:00`, EARLIER + month, "Order Completed", { revenue: revenue * (1 + (month % 2)) }),
    ),
  ),
  happened("2026-02-10 10:00", EVE, "Signed Up"),
  happened("2026-02-10 10:05", EVE, "Order Completed", { revenue: 100 }),
  happened("2026-02-25 09:00", EVE, "Signed In"),

  happened("2026-03-02 09:00", ANN, "Signed Up"),
  happened("2026-03-02 09:01", ANN, "Signed In"),
  happened("2026-03-02 09:02", ANN, "Page Viewed"),
  // Ten minutes after: one session of 600 seconds. The order comes too late for it.
  happened("2026-03-02 09:12", ANN, "Page Viewed"),
  happened("2026-03-02 11:00", ANN, "Order Completed", { order_id: "o1", revenue: 20.5 }),
  happened("2026-03-02 10:00", BEN, "Signed Up", { channel: "ads" }),
  happened("2026-03-02 10:01", BEN, "Signed In"),
  // On the day before Cat registers, with another id.
  happened("2026-03-02 23:59", CAT_ELSEWHERE, "Signed In"),

  happened("2026-03-03 00:00", CAT, "Signed Up", { channel: "ads" }),
  happened("2026-03-03 08:00", ANN, "Signed In"),
  happened("2026-03-03 08:01", ANN, "Page Viewed"),
  happened("2026-03-03 09:00", DAN, "Order Completed", { total: "30" }),
  // Counts as an order; its amount is not in the workspace's currency.
  happened("2026-03-03 20:00", DAN, "Order Completed", { revenue: 10, currency: "USD" }),
  happened("2026-03-03 21:00", ANN, "Order Completed", { order_id: "o2", revenue: 15.25, coupon: "5 off" }),

  happened("2026-03-04 08:00", BEN, "Signed In"),
  happened("2026-03-04 09:00", BEN, "Page Viewed"),
  happened("2026-03-04 10:00", ANN, "Order Refunded", { order_id: "o1", total: 20.5 }),
  happened("2026-03-04 12:00", CAT, "Comment Posted"),
  happened("2026-03-04 15:00", EVE, "Signed In"),

  // Seven days after Cat registered, thirty after Ann.
  happened("2026-03-10 12:00", CAT, "Signed In"),
  happened("2026-04-01 12:00", ANN, "Signed In"),
  // Thirty days after Cat registered she looks, without logging in.
  happened("2026-04-02 12:00", CAT, "Page Viewed"),

  happened("2026-03-02 23:50", NOBODY, "Channel Exposure", { channel: "ads", exposures: 100, clicks: 10, cost: 12.34, currency: "CNY" }),
  happened("2026-03-03 23:50", NOBODY, "Channel Exposure", { channel: "ads" }),
  happened("2026-03-03 12:00", BEN, "Invite Accepted"),
  happened("2026-03-03 13:00", BEN, "Invite Accepted"),

  happened("2026-03-02 09:30", ANN, "Ticket Created", { ticket_id: "t1" }),
  happened("2026-03-02 09:40", ANN, "Ticket Replied", { ticket_id: "t1" }),
  happened("2026-03-03 09:30", ANN, "Ticket Resolved", { ticket_id: "t1", solved: true }),
  happened("2026-03-03 10:00", BEN, "Ticket Created", { ticket_id: "t2", category: "complaint" }),
  happened("2026-03-03 11:00", BEN, "Ticket Replied", { ticket_id: "t2" }),
  happened("2026-03-03 11:30", BEN, "Ticket Replied", { ticket_id: "t2" }),
  happened("2026-03-03 12:00", BEN, "Ticket Resolved", { ticket_id: "t2", solved: false }),
  happened("2026-03-04 09:00", BEN, "Ticket Resolved", { ticket_id: "t2", solved: true }),
  happened("2026-03-04 10:00", BEN, "Ticket Created", { ticket_id: "t3" }),
  happened("2026-03-03 18:00", ANN, "Ticket Rated", { ticket_id: "t1", score: 5 }),
  happened("2026-03-04 18:00", BEN, "Ticket Rated", { ticket_id: "t2", score: 3 }),

  happened("2026-03-02 12:00", ANN, "Message Sent"),
  happened("2026-03-02 12:01", ANN, "Message Sent"),
  happened("2026-03-02 12:00", BEN, "Message Sent"),
  happened("2026-03-02 12:01", BEN, "Message Sent"),
  happened("2026-03-02 12:02", ANN, "Message Delivered"),
  happened("2026-03-02 12:02", BEN, "Message Delivered"),
  happened("2026-03-02 12:03", BEN, "Message Failed"),
  happened("2026-03-02 12:04", ANN, "Message Opened"),
  happened("2026-03-02 12:05", ANN, "Message Clicked"),
  happened("2026-03-02 12:06", ANN, "Consent Given"),
  happened("2026-03-04 12:06", ANN, "Consent Withdrawn"),

  happened("2026-03-02 13:00", ANN, "Points Earned", { points: 10 }),
  happened("2026-03-02 13:01", BEN, "Points Earned", { points: 5 }),
  happened("2026-03-03 13:00", ANN, "Points Redeemed", { points: 6 }),
  happened("2026-03-03 14:00", ANN, "Tier Changed", { direction: "up" }),
  happened("2026-03-04 14:00", ANN, "Tier Changed", { direction: "down" }),
  happened("2026-03-02 14:00", ANN, "Benefit Due", { benefit_id: "b1" }),
  happened("2026-03-02 14:00", BEN, "Benefit Due", { benefit_id: "b2" }),
  happened("2026-03-04 14:00", ANN, "Benefit Delivered", { benefit_id: "b1" }),
];

/** Imported for Wednesday; the first row was replaced by a later import. */
export const GOLDEN_IMPORTED = [
  { import: 1, day: "2026-03-04", channel: "ads", exposures: 999, clicks: 999, cost: "999" },
  { import: 2, day: "2026-03-04", channel: "ads", exposures: 50, clicks: 5, cost: "1.00" },
] as const;

type Figures = {
  readonly points: readonly (number | null)[];
  readonly total: number | null;
  readonly parameters?: Readonly<Record<string, number>>;
};
const part = (of: number, per: number): number => of / per;
const figures = (points: Figures["points"], total: Figures["total"], parameters?: Figures["parameters"]): Figures =>
  parameters === undefined ? { points, total } : { points, total, parameters };

/** By hand: every metric of the catalogue on the three days and over all of them. */
export const GOLDEN_FIGURES: Readonly<Record<string, Figures>> = {
  // Eve before; Ann and Ben on Monday, Cat on Tuesday. Dan never registered.
  users: figures([3, 4, 4], 4),
  registrations: figures([2, 1, 0], 3),
  // Ann ordered within a week; Ben and Cat never did.
  activated: figures([1, 0, 0], 1),
  activation_rate: figures([1 / 2, part(0, 1), null], 1 / 3),
  user_growth_rate: figures([(3 - 1) / 1, (4 - 3) / 3, part(4 - 4, 4)], (4 - 1) / 1),
  registration_growth_rate: figures([null, (1 - 2) / 2, (0 - 1) / 1], null),
  exposures: figures([100, 1, 50], 151),
  clicks: figures([10, 0, 5], 15),
  channel_cost: figures([1234, 0, 100], 1334),
  channel_conversion: figures([2 / 100, 1 / 1, part(0, 50)], 3 / 151),
  channel_click_rate: figures([10 / 100, part(0, 1), 5 / 50], 15 / 151),
  click_conversion: figures([2 / 10, null, part(0, 5)], 3 / 15),
  registration_cost: figures([1234 / 2, part(0, 1), null], 1334 / 3),
  invitations_accepted: figures([0, 2, 0], 2),
  invitations_per_inviter: figures([null, 2 / 1, null], 2 / 1),
  first_purchase_rate: figures([1 / 2, part(0, 1), null], 1 / 3),
  first_time_buyers: figures([1, 1, 0], 2),

  // Who logs in and uses on the same day: Ann, Ann, Ben. The period is three days long.
  dau: figures([1, 1, 1], (1 + 1 + 1) / 3),
  wau: figures([3, 3, 4], 4),
  mau: figures([3, 3, 4], 4),
  monthly_active_rate: figures([3 / 3, 3 / 4, 4 / 4], 4 / 4),
  // Eve's login of February is less than 30 days old.
  trailing_active_users: figures([4, 4, 4], 4),
  active_people: figures([3, 2, 2], 5),
  stickiness: figures([1 / 3, 1 / 3, 1 / 4], 1 / 4),
  average_time_active: figures([600 / 1, part(0, 2), part(0, 1)], 600 / 3),
  average_time_all: figures([600 / 3, part(0, 4), part(0, 4)], 600 / 4),
  participation: figures([part(0, 3), part(0, 4), 1 / 4], 1 / 4),
  // Ann bought on Monday, Dan on Tuesday.
  active_users: figures([1, 2, 2], 2),
  active_user_rate: figures([1 / 3, 2 / 4, 2 / 4], 2 / 4),
  highly_active_users: figures([0, 2, 2], 2, { purchases: 2 }),
  new_share: figures([3 / 3, 1 / 2, part(0, 2)], 4 / 5),
  returning_share: figures([part(0, 3), 1 / 2, 2 / 2], 1 / 5),

  day_1_retention: figures([1 / 2, part(0, 1), null], 1 / 3),
  day_7_retention: figures([part(0, 2), 1 / 1, null], 1 / 3),
  day_30_retention: figures([1 / 2, 1 / 1, null], 2 / 3),
  day_1_login_retention: figures([1 / 2, part(0, 1), null], 1 / 3),
  day_7_login_retention: figures([part(0, 2), 1 / 1, null], 1 / 3),
  // Cat came back, but did not log in.
  day_30_login_retention: figures([1 / 2, part(0, 1), null], 1 / 3),
  retention_on_or_after: figures([1 / 2, 1 / 1, null], 2 / 3),
  retention_within: figures([2 / 2, 1 / 1, null], 3 / 3),
  // Silent for five days: Eve at the end of Monday; she is back on Wednesday, so that over the three days nobody is lost.
  churned_people: figures([1, 0, 0], 0, { days: 5 }),
  churn_rate: figures([1 / 1, part(0, 3), part(0, 4)], part(0, 1), { days: 5 }),
  // Before Tuesday Ann, Ben and Cat were active, before Wednesday also Dan; before the three days Eve alone.
  kept_people: figures([0, 3, 4], 1, { days: 5 }),
  kept_rate: figures([part(0, 1), 3 / 3, 4 / 4], 1 / 1, { days: 5 }),
  resurrected_people: figures([0, 0, 1], 0, { days: 5 }),

  orders: figures([1, 3, 0], 4),
  buyers: figures([1, 2, 0], 2),
  pay_rate: figures([1 / 3, 2 / 2, part(0, 2)], 2 / 5),
  total_paid: figures([2050, 3000 + 1525, 0], 6575),
  net_revenue: figures([2050, 4525, -2050], 4525),
  refunded: figures([0, 0, 2050], 2050),
  refund_rate: figures([part(0, 2050), part(0, 4525), null], 2050 / 6575),
  refunds_per_order: figures([part(0, 1), part(0, 3), null], 1 / 4),
  average_order_value: figures([2050 / 1, 4525 / 3, null], 6575 / 4),
  arpu: figures([2050 / 3, 4525 / 2, -2050 / 2], 4525 / 5),
  arppu: figures([2050 / 1, 4525 / 2, null], 4525 / 2),
  orders_per_buyer: figures([1 / 1, 3 / 2, null], 4 / 2),
  // Dan ordered twice on Tuesday; Ann once on either day.
  repurchasing_people: figures([0, 1, 0], 2),
  repurchase_rate: figures([part(0, 1), 1 / 2, null], 2 / 2),
  returning_customer_rate: figures([part(0, 1), 1 / 2, null], part(0, 2)),
  // Ann's two orders; her refund comes a day too late.
  ltv_observed: figures([(2050 + 1525) / 2, part(0, 1), null], 3575 / 3, { days: 1 }),
  // Ann and Dan brought 45.25 by the end of April. By the end of the month after next, months before had come from 460 to 550 (Eve's 100 among them), then to half as much again.
  ltv_predicted: figures(
    [(4525 / 2) * (550 / 460) * (3 / 2), (4525 / 2) * (550 / 460) * (3 / 2), null],
    (4525 / 2) * (550 / 460) * (3 / 2),
    { months: 4 },
  ),

  active_members: figures([0, 2, 2], 2),
  active_member_rate: figures([part(0, 3), 2 / 4, 2 / 4], 2 / 4),
  points_issued: figures([15, 0, 0], 15),
  points_redeemed: figures([0, 6, 0], 6),
  points_redemption_rate: figures([part(0, 15), null, null], 6 / 15),
  tier_upgrades: figures([0, 1, 0], 1),
  coupon_order_share: figures([part(0, 1), 1 / 3, null], 1 / 4),
  benefit_execution_rate: figures([1 / 2, null, null], 1 / 2),

  tickets: figures([1, 1, 1], 3),
  first_response_time: figures([600 / 1, 3600 / 1, null], 4200 / 2),
  first_response_in_time: figures([1 / 1, part(0, 1), part(0, 1)], 1 / 3),
  resolution_rate: figures([1 / 1, 1 / 1, part(0, 1)], 2 / 3),
  // A day; 23 hours, for the first solution did not hold.
  resolution_time: figures([86_400 / 1, 82_800 / 1, null], 169_200 / 2),
  complaints_in_time: figures([null, 1 / 1, null], 1 / 1),
  satisfaction: figures([null, 5 / 1, 3 / 1], 8 / 2),
  satisfied_share: figures([null, 1 / 1, part(0, 1)], 1 / 2),

  messages_sent: figures([4, 0, 0], 4),
  messages_delivered: figures([2, 0, 0], 2),
  people_reached: figures([2, 0, 0], 2),
  delivery_rate: figures([2 / 4, null, null], 2 / 4),
  message_failure_rate: figures([1 / 4, null, null], 1 / 4),
  open_rate: figures([1 / 2, null, null], 1 / 2),
  click_rate: figures([1 / 2, null, null], 1 / 2),
  consents_given: figures([1, 0, 0], 1),
  consents_withdrawn: figures([0, 0, 1], 1),
};

function happened(at: string, who: number, name: string, properties: GoldenEvent["properties"] = {}): GoldenEvent {
  return { at, who, name, properties };
}

/** `2025-03` for 2; months after December are those of 2026. */
function monthOf2025(month: number): string {
  return new Date(Date.UTC(2025, month, 1)).toISOString().slice(0, 7);
}
