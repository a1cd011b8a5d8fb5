import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** An invoice of the bundled sample: who, on which local date, an order or (below zero) a refund, and its pence. */
export type SampleInvoice = { readonly customer: string; readonly day: string; readonly isOrder: boolean; readonly pence: number };

/** The invoices of the sample, read from its CSV by hand: nothing of Terrace is used. */
export function readSampleInvoices(path: string): readonly SampleInvoice[] {
  const lines = gunzipSync(readFileSync(path)).toString("utf8").trimEnd().split("\n").slice(1);
  const invoices = new Map<string, { customer: string; day: string; thousandths: number }>();
  for (const line of lines) {
    // Only the description is ever quoted; what stands around it has no commas.
    const [, invoice = "", rest = ""] = /^([^,]*),[^,]*,(?:"(?:[^"]|"")*"|[^,]*),(.*)$/.exec(line.trimEnd()) ?? [];
    const [quantity = "", at = "", price = "", customer = ""] = rest.split(",");
    if (invoice.startsWith("A")) continue;
    const known = invoices.get(invoice) ?? {
      customer: customer === "" ? `guest ${invoice}` : customer,
      day: at.slice(0, 10),
      thousandths: 0,
    };
    known.thousandths += Number(quantity) * Math.round(Number(price) * 1_000);
    invoices.set(invoice, known);
  }
  return [...invoices].map(([invoice, { customer, day, thousandths }]) => {
    const isOrder = !invoice.startsWith("C");
    return { customer, day, isOrder, pence: isOrder ? Math.round(thousandths / 10) : -Math.abs(Math.round(thousandths / 10)) };
  });
}

/** Net pence by local date. */
export function sampleRevenue(invoices: readonly SampleInvoice[]): ReadonlyMap<string, number> {
  const days = new Map<string, number>();
  for (const { day, pence } of invoices) days.set(day, (days.get(day) ?? 0) + pence);
  return days;
}

/** Customers by the month of their first order: how many, and net pence by the end of each month since (of months 2010-12 to 2011-12). */
export function sampleCohorts(invoices: readonly SampleInvoice[]): readonly { readonly size: number; readonly pence: readonly number[] }[] {
  const monthOf = ({ day }: SampleInvoice): number => (Number(day.slice(0, 4)) - 2010) * 12 + Number(day.slice(5, 7)) - 12;
  const byCustomer = [...Map.groupBy(invoices, ({ customer }) => customer).values()];
  return Array.from({ length: 13 }, (_, cohort) => {
    const members = byCustomer.filter((own) => Math.min(...own.filter(({ isOrder }) => isOrder).map(monthOf)) === cohort);
    return {
      size: members.length,
      pence: Array.from({ length: 13 - cohort }, (_unused, age) =>
        members.flat().reduce((sum, each) => sum + (monthOf(each) >= cohort && monthOf(each) <= cohort + age ? each.pence : 0), 0),
      ),
    };
  });
}

/** How many customers have which three scores (of five) on a day, from the year before it. */
export function sampleRfm(invoices: readonly SampleInvoice[], at: string, since: string): ReadonlyMap<string, number> {
  const counted = invoices.filter(({ day }) => day >= since && day < at);
  const buyers = [...Map.groupBy(counted, ({ customer }) => customer).values()]
    .filter((own) => own.some(({ isOrder }) => isOrder))
    .map((own) => {
      const orders = own.filter(({ isOrder }) => isOrder);
      const last =
        orders
          .map(({ day }) => day)
          .toSorted()
          .at(-1) ?? "";
      return { last, orders: orders.length, pence: own.reduce((sum, { pence }) => sum + pence, 0) };
    });
  const score = (valueOf: (buyer: (typeof buyers)[number]) => string | number): ((buyer: (typeof buyers)[number]) => number) => {
    const sorted = buyers.map(valueOf).toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    const worse = new Map<string | number, number>();
    for (const [index, value] of sorted.entries()) if (!worse.has(value)) worse.set(value, index);
    return (buyer) => 1 + Math.floor(((worse.get(valueOf(buyer)) ?? 0) * 5) / buyers.length);
  };
  const [recency, frequency, monetary] = [score(({ last }) => last), score(({ orders }) => orders), score(({ pence }) => pence)];
  const grid = new Map<string, number>();
  for (const buyer of buyers) {
    const key = `${recency(buyer)} ${frequency(buyer)} ${monetary(buyer)}`;
    grid.set(key, (grid.get(key) ?? 0) + 1);
  }
  return grid;
}
