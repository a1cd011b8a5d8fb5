import { listChannelPeople, queryChannels, type channelsQuerySchema } from "@terrace/contract/api/insight-channels";
import { channelRates, channelReport, type ChannelReport, type ChannelRow } from "@terrace/domain/insight/channels/channel-report";
import { valuesOf } from "@terrace/domain/insight/channels/channel-terms";
import { queryFault } from "@terrace/domain/insight/query-fault";
import type { Period } from "@terrace/domain/insight/time/calendar";
import { previousPeriod } from "@terrace/domain/insight/time/period";
import { isoInstant } from "@terrace/domain/time/zoned-time";
import type { z } from "zod";
import { valueOrThrow } from "../../../platform/http/fault-error.ts";
import { analysis } from "../analysis.ts";
import { currencyOf } from "../commerce/ground.ts";
import { periodOf, type Asking } from "../time/asking.ts";
import { daysOf, readChannelFigures } from "./channel-figures.views.ts";
import { loadChannelTerms } from "./channel-terms.store.ts";
import { BROUGHT_MAX, broughtOf, readBrought, type ChannelsAsked } from "./channels.views.ts";

type Body = z.output<typeof channelsQuerySchema>;
const DAY_MS = 86_400_000;

/** What each channel showed, brought and cost, and the people it brought. */
export const channels = analysis({
  kind: "channels",
  route: queryChannels,
  answer: async (asking, body) => {
    const period = periodOf(asking, body.period);
    const now = await reportOf(asking, body, period);
    const before = body.compare ? await reportOf(asking, body, previousPeriod(body.period, period, asking.calendar)) : undefined;
    return {
      from: isoInstant(period.fromMs),
      to: isoInstant(period.toMs),
      currency: asking.currency,
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
      const asked = read(asking, body);
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

function read(asking: Asking, body: Body): ChannelsAsked {
  return {
    touch: { by: body.by, among: body.touches },
    which: body.touch,
    campaign: body.byCampaign ? body.campaign : undefined,
    registration: body.registration,
    trade: body,
    money: currencyOf(asking),
    withinMs: body.withinDays === undefined ? undefined : body.withinDays * DAY_MS,
  };
}

async function reportOf(asking: Asking, body: Body, period: Period): Promise<ChannelReport> {
  const asked = read(asking, body);
  const [people, figures, terms] = await Promise.all([
    readBrought(asking, asked, period),
    readChannelFigures(asking, period),
    loadChannelTerms(asking.db, asking.workspaceId),
  ]);
  if (people.length >= BROUGHT_MAX) return valueOrThrow(queryFault("by", `Choose fields with fewer than ${BROUGHT_MAX} values`));
  return channelReport(people, figures, { terms, money: asked.money, ...daysOf(asking, period), isByCampaign: body.byCampaign });
}

function figuresOf(row: ChannelRow) {
  const { channel: _channel, campaign: _campaign, kind: _kind, ...figures } = row;
  return { ...figures, ...channelRates(row) };
}

function previousOf({ rows }: ChannelReport, { channel, campaign }: ChannelRow) {
  const found = rows.find((row) => row.channel === channel && row.campaign === campaign);
  return found === undefined ? null : figuresOf(found);
}
