import { channelOf } from "@terrace/domain/event/channel";
import type { EventContext } from "@terrace/domain/event/feed-event";

/** Where people come from. Rates are what is planted: money per registration and how long the people stay. */
export type AcquisitionChannel = {
  readonly id: string;
  readonly name: string;
  /** Part of all newcomers. */
  readonly share: number;
  /** Times the ad (or the code) is seen per newcomer; 0 = not counted. */
  readonly exposuresPer: number;
  readonly costPer: number;
  /** Mean days until someone of this channel leaves for good, and how often they come while they stay (1 = ordinary). */
  readonly staysDays: number;
  readonly visits: number;
  readonly basket: number;
  readonly campaign: string;
  readonly context: Partial<EventContext>;
};

type Way = Pick<AcquisitionChannel, "id" | "name" | "campaign"> & {
  readonly source: string;
  readonly medium: string;
  readonly referrer?: string;
};
type Worth = Omit<AcquisitionChannel, "id" | "name" | "campaign" | "context">;

function channel(way: Way, worth: Worth): AcquisitionChannel {
  const { id, name, campaign, source, medium, referrer = "" } = way;
  const arrival = {
    utmSource: source,
    utmMedium: medium,
    utmCampaign: campaign,
    click: "",
    referrerHost: referrer,
    pageHost: "shop.example.com",
  } as const;
  const context = {
    channel: channelOf(arrival),
    ...(source === "" ? {} : { utmSource: source, utmMedium: medium }),
    ...(campaign === "" ? {} : { utmCampaign: campaign }),
    ...(referrer === "" ? {} : { referrerHost: referrer }),
  };
  return { id, name, campaign, context, ...worth };
}

/** The planted channels. 抖音信息流 brings many who leave at once and is not worth its cost; 门店活码 is the cheapest and keeps people longest. */
export const CHANNELS: readonly [AcquisitionChannel, ...AcquisitionChannel[]] = [
  channel(
    { id: "store_code", name: "门店活码", campaign: "", source: "store_qr", medium: "qrcode" },
    { share: 0.22, exposuresPer: 9, costPer: 1.5, staysDays: 230, visits: 1.15, basket: 1 },
  ),
  channel(
    { id: "douyin", name: "抖音信息流", campaign: "douyin_feed", source: "douyin", medium: "cpc" },
    { share: 0.24, exposuresPer: 700, costPer: 110, staysDays: 16, visits: 0.6, basket: 0.9 },
  ),
  channel(
    { id: "xiaohongshu", name: "小红书种草", campaign: "xhs_notes", source: "xiaohongshu", medium: "kol" },
    { share: 0.14, exposuresPer: 260, costPer: 45, staysDays: 120, visits: 1, basket: 1.35 },
  ),
  channel(
    { id: "moments", name: "朋友圈广告", campaign: "moments_ads", source: "moments", medium: "cpm" },
    { share: 0.12, exposuresPer: 420, costPer: 60, staysDays: 75, visits: 0.9, basket: 1.05 },
  ),
  channel(
    { id: "search", name: "搜索推广", campaign: "brand_words", source: "baidu", medium: "sem" },
    { share: 0.07, exposuresPer: 60, costPer: 38, staysDays: 110, visits: 1, basket: 1.1 },
  ),
  channel(
    { id: "official_account", name: "公众号", campaign: "oa_menu", source: "weixin", medium: "social" },
    { share: 0.11, exposuresPer: 30, costPer: 0, staysDays: 170, visits: 1.05, basket: 1 },
  ),
  channel(
    { id: "referral", name: "老带新", campaign: "invite", source: "invite", medium: "referral" },
    { share: 0.1, exposuresPer: 0, costPer: 10, staysDays: 190, visits: 1.2, basket: 1 },
  ),
];

export const REFERRAL = CHANNELS.findIndex(({ id }) => id === "referral");
export const XIAOHONGSHU = CHANNELS.findIndex(({ id }) => id === "xiaohongshu");
export const STORE_CODE = CHANNELS.findIndex(({ id }) => id === "store_code");
