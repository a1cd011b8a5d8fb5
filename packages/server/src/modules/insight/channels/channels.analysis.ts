import { listChannelPeople, queryChannels, type channelsQuerySchema } from "@terrace/contract/api/insight-channels";
import {
  channelRates,
  channelReport,
  type BroughtPeople,
  type ChannelReport,
  type ChannelRow,
  type ReportGround,
} from "@terrace/domain/insight/channels/channel-report";
import { valuesOf } from "@terrace/domain/insight/channels/channel-terms";
import { queryFault } from "@terrace/domain/insight/query-fault";
import type { Period } from "@terrace/domain/insight/time/calendar";
import { previousPeriod } from "@terrace/domain/insight/time/period";
import { isoInstant } from "@terrace/domain/time/zoned-time";
import type { z } from "zod";
import { valueOrThrow } from "../../../platform/http/fault-error.ts";
import { analysis } from "../analysis.ts";
import { currencyOf, registrationOf, tradeOf } from "../commerce/ground.ts";
import { periodOf, type Asking } from "../time/asking.ts";
import type { ChannelsAsked } from "./brought-people.views.ts";
import { daysOf, readChannelFigures } from "./channel-figures.views.ts";
import { loadChannelTerms } from "./channel-terms.store.ts";
import { BROUGHT_MAX, broughtOf, readBrought } from "./channels.views.ts";

type Body = z.output<typeof channelsQuerySchema>;
const DAY_MS = 86_400_000;

/** What each channel showed, brought and cost, and the people it brought. */
export const channels = analysis({
  kind: "channels",
  route: queryChannels,
  groups: { events: () => [], narrows: "all", figures: ofGroup },
  answer: async (asking, body) => {
    const period = periodOf(asking, body.period);
    const asked = await read(asking, body);
    const now = await reportOf(asking, { asked, body, period });
    const before = body.compare
      ? await reportOf(asking, { asked, body, period: previousPeriod(body.period, period, asking.calendar) })
      : undefined;
    return {
      from: isoInstant(period.fromMs),
      to: isoInstant(period.toMs),
      currency: asking.currency,
      basis: basisOf(asked),
      costInOtherCurrency: now.isCostMissing,
      total: figuresOf(now.total),
      ...(before === undefined ? {} : { previousTotal: figuresOf(before.total) }),
      rows: now.rows.map((row) => ({
        channel: row.channel,
        campaign: row.campaign,
        kind: row.kind,
        ...figuresOf(row),
        ...(before === undefined ? {} : { previous: previousOf(before, row) }),
      })),
    };
  },
  people: {
    route: listChannelPeople,
    behind: async (asking, body) => {
      const asked = await read(asking, body);
      const { stage, channel, campaign } = body.cell;
      const terms = await loadChannelTerms(asking.db, asking.workspaceId);
      return broughtOf(asking, asked, {
        period: periodOf(asking, body.period),
        stage,
        channels: channel === undefined ? undefined : channel === null ? [""] : valuesOf(terms, channel),
        campaign: campaign === undefined ? undefined : (campaign ?? ""),
      });
    },
  },
});

/** Of some people what they did; what channels showed and cost is of nobody by themselves. */
async function ofGroup(asking: Asking, body: Body): Promise<object> {
  const asked = await read(asking, body);
  const period = periodOf(asking, body.period);
  const [people, terms] = await Promise.all([readPeople(asking, asked, period), loadChannelTerms(asking.db, asking.workspaceId)]);
  // Without what was agreed but the names: a fee would make rows of channels that brought nobody.
  const named = terms.map((each) => ({ ...each, sharePercent: 0, feeMinor: 0 }));
  const { rows, total } = channelReport(people, [], { ...groundOf(asking, body, period), terms: named });
  return {
    from: isoInstant(period.fromMs),
    to: isoInstant(period.toMs),
    currency: asking.currency,
    basis: basisOf(asked),
    total: broughtFigures(total),
    rows: rows.map((row) => ({ channel: row.channel, campaign: row.campaign, kind: row.kind, ...broughtFigures(row) })),
  };
}

function broughtFigures(row: ChannelRow) {
  const { people, registered, customers, repeaters, orders, netMinor } = row;
  const { registration, firstOrder, repurchase, ltv } = channelRates(row);
  return { people, registered, customers, repeaters, orders, netMinor, registration, firstOrder, repurchase, ltv };
}

async function read(asking: Asking, body: Body): Promise<ChannelsAsked> {
  return {
    touch: { by: body.by, among: body.touches },
    which: body.touch,
    campaign: body.byCampaign ? body.campaign : undefined,
    registration: await registrationOf(asking, body.registration),
    trade: await tradeOf(asking, body),
    money: currencyOf(asking),
    withinMs: body.withinDays === undefined ? undefined : body.withinDays * DAY_MS,
  };
}

function basisOf({ trade, registration }: ChannelsAsked) {
  return { orders: [...trade.orders], refunds: [...trade.refunds], registration: [...registration] };
}

type ReportAsked = { readonly asked: ChannelsAsked; readonly body: Body; readonly period: Period };

async function reportOf(asking: Asking, { asked, body, period }: ReportAsked): Promise<ChannelReport> {
  const [people, figures, terms] = await Promise.all([
    readPeople(asking, asked, period),
    readChannelFigures(asking, period),
    loadChannelTerms(asking.db, asking.workspaceId),
  ]);
  return channelReport(people, figures, { ...groundOf(asking, body, period), terms });
}

async function readPeople(asking: Asking, asked: ChannelsAsked, period: Period): Promise<readonly BroughtPeople[]> {
  const people = await readBrought(asking, asked, period);
  if (people.length < BROUGHT_MAX) return people;
  return valueOrThrow(queryFault("by", `Choose fields with fewer than ${BROUGHT_MAX} values`));
}

function groundOf(asking: Asking, { byCampaign }: Body, period: Period): Omit<ReportGround, "terms"> {
  return { money: currencyOf(asking), ...daysOf(asking, period), isByCampaign: byCampaign };
}

function figuresOf(row: ChannelRow) {
  const { channel: _channel, campaign: _campaign, kind: _kind, ...figures } = row;
  return { ...figures, ...channelRates(row) };
}

function previousOf({ rows }: ChannelReport, { channel, campaign }: ChannelRow) {
  const found = rows.find((row) => row.channel === channel && row.campaign === campaign);
  return found === undefined ? null : figuresOf(found);
}
