import type { EventSelector } from "@terrace/domain/conditions/condition";
import type { Currency, Trade } from "@terrace/domain/insight/commerce/trade";
import { registrationEvents, type BusinessEvents } from "@terrace/domain/insight/metrics/business-events";
import { minorDigits } from "../overview.ts";
import type { Asking } from "../time/asking.ts";
import { refuseUnseenIn } from "../../../platform/http/refuse-unseen.ts";

/** The money of a question: the workspace's currency. */
export function currencyOf({ currency }: Asking): Currency {
  return { currency, digits: minorDigits(currency) };
}

type Named = EventSelector | undefined;

/** Which events bring money and take it back: those that a question names, else what counts as such in the workspace. Throws `field.hidden`. */
export async function tradeOf(asking: Asking, { orders, refunds }: { readonly orders?: Named; readonly refunds?: Named }): Promise<Trade> {
  return {
    orders: await eventsOf(asking, orders, (business) => business.order),
    refunds: await eventsOf(asking, refunds, (business) => business.refund),
  };
}

/** The same of registrations. */
export function registrationOf(asking: Asking, registration: Named): Promise<readonly EventSelector[]> {
  return eventsOf(asking, registration, registrationEvents);
}

async function eventsOf(
  asking: Asking,
  named: Named,
  otherwise: (business: BusinessEvents) => readonly EventSelector[],
): Promise<readonly EventSelector[]> {
  if (named !== undefined) return [named];
  const events = otherwise((await asking.metricGround()).business);
  // What is stored was not in the body that was looked through.
  refuseUnseenIn(events, asking.fields, "basis");
  return events;
}
