import type { AskedPeriod } from "@terrace/domain/insight/time/period";
import { useText } from "../../../app/i18n.ts";
import { UsedEventsSection, usedEvents } from "./UsedEventsSection.tsx";
import type { SelectorDraft } from "./SelectorRow.tsx";

type Named = { readonly orders?: SelectorDraft | undefined; readonly refunds?: SelectorDraft | undefined };
type Used = { readonly orders?: readonly SelectorDraft[] | undefined; readonly refunds?: readonly SelectorDraft[] | undefined };
type Answered = { readonly query: Named; readonly body: { readonly basis: Used } } | undefined;

/** What counts as an order and a refund in a question: named there, or by the workspace as its last answer tells. */
export function ordersOf(draft: Named, answered: Answered) {
  // The basis of a question that names its events says nothing of the workspace's.
  const used: Used = {
    orders: answered?.query.orders === undefined ? answered?.body.basis.orders : undefined,
    refunds: answered?.query.refunds === undefined ? answered?.body.basis.refunds : undefined,
  };
  return { used, orders: usedEvents(draft.orders, used.orders), refunds: usedEvents(draft.refunds, used.refunds) };
}

type Props = {
  readonly named: Named;
  readonly used: Used;
  readonly period: AskedPeriod;
  readonly onChange: (change: Named) => void;
};

/** Which events are orders, and which give money back. */
export function OrderSections({ named, used, period, onChange }: Props) {
  const text = useText();
  return (
    <>
      <UsedEventsSection
        title={text("insight.rfm.orderEvent")}
        named={named.orders}
        used={used.orders}
        period={period}
        onChange={(orders) => onChange({ orders })}
      />
      <UsedEventsSection
        title={text("insight.rfm.refundEvent")}
        named={named.refunds}
        used={used.refunds}
        period={period}
        onChange={(refunds) => onChange({ refunds })}
      />
    </>
  );
}
