import fc from "fast-check";
import { expect, test } from "vitest";
import { joinFigures, type ChannelDay } from "./channel-figures.ts";
import { channelRates, channelReport } from "./channel-report.ts";
import { feeWithin, shareOf, type ChannelTerms } from "./channel-terms.ts";

const TERMS: ChannelTerms = {
  channel: "小红书",
  kind: "kol",
  aliases: ["xiaohongshu", "xhs"],
  shareBasisPoints: 1_050,
  feeMinor: 10_000,
  feeFrom: 100,
  feeTo: 103,
};
const figure = (more: Partial<ChannelDay>): ChannelDay => ({
  day: "2026-03-01",
  channel: "xhs",
  campaign: "spring",
  exposures: 1_000,
  clicks: 10,
  cost: 12.345,
  currency: "",
  ...more,
});
const people = { people: 10, registered: 5, customers: 4, repeaters: 1, orders: 5, netMinor: 10_005 };

test("fees of days that follow each other add up to the fee", () => {
  const fee = fc.record({ feeMinor: fc.integer({ min: 0, max: 1e12 }), feeFrom: fc.nat(50), length: fc.integer({ min: 1, max: 50 }) });
  fc.assert(
    fc.property(fee, fc.array(fc.nat(120), { maxLength: 6 }), ({ feeMinor, feeFrom, length }, cuts) => {
      const terms = { ...TERMS, feeMinor, feeFrom, feeTo: feeFrom + length };
      const days = [0, ...cuts.toSorted((a, b) => a - b), 200];
      const parts = days.slice(1).map((day, index) => feeWithin(terms, days[index] ?? 0, day));
      expect(parts.reduce((sum, part) => sum + part, 0)).toBe(feeMinor);
    }),
  );
  expect([feeWithin(TERMS, 100, 101), feeWithin(TERMS, 102, 500), feeWithin({ ...TERMS, feeTo: null }, 0, 500)]).toEqual([3_333, 3_334, 0]);
});

test("a share is rounded half up, and none of a loss", () => {
  expect([shareOf(10_005, TERMS), shareOf(-5, TERMS), shareOf(50, { shareBasisPoints: 100 })]).toEqual([1_051, 0, 1]);
});

test("a channel is one by all its names; what it costs is figures, fee and share", () => {
  const report = channelReport(
    [
      { channel: "xiaohongshu", campaign: "spring", ...people },
      { channel: "", campaign: "", ...people, netMinor: -7 },
    ],
    [figure({}), figure({ channel: "小红书", currency: "cny", cost: 1 }), figure({ currency: "USD", cost: 9 })],
    { terms: [TERMS], money: { currency: "CNY", digits: 2 }, fromDay: 100, toDay: 103, isByCampaign: false },
  );
  expect(report.rows).toHaveLength(2);
  expect(report.rows[0]).toMatchObject({
    channel: "小红书",
    kind: "kol",
    exposures: 3_000,
    importedCostMinor: 1_235 + 100,
    feeMinor: 10_000,
    shareMinor: 1_051,
    costMinor: 1_335 + 10_000 + 1_051,
    people: 10,
  });
  expect(report.rows[1]).toMatchObject({ channel: null, costMinor: 0, netMinor: -7 });
  expect(report.total).toMatchObject({ people: 20, netMinor: 9_998, costMinor: 12_386, exposures: 3_000 });
  expect(report.isCostMissing).toBe(true);
  const [first, nobody] = report.rows.map(channelRates);
  expect(first).toMatchObject({
    conversion: 5 / 3_000,
    firstOrder: 0.4,
    repurchase: 0.25,
    cac: 12_386 / 4,
    roi: (10_005 - 12_386) / 12_386,
  });
  expect(nobody).toMatchObject({ conversion: null, cac: null, roi: null });
});

test("by campaign the fee stands with the channel itself", () => {
  const { rows } = channelReport([{ channel: "xhs", campaign: "spring", ...people }], [figure({})], {
    terms: [TERMS],
    money: { currency: "CNY", digits: 2 },
    fromDay: 100,
    toDay: 103,
    isByCampaign: true,
  });
  expect(rows.map(({ campaign, feeMinor, importedCostMinor }) => [campaign, feeMinor, importedCostMinor])).toEqual([
    [null, 10_000, 0],
    ["spring", 0, 1_235],
  ]);
});

test("what was imported stands for what events told of the same day, channel and campaign", () => {
  const told = [figure({ cost: 5 }), figure({ day: "2026-03-02", cost: 6 })];
  expect(joinFigures([figure({ cost: 7 })], told).map(({ cost }) => cost)).toEqual([7, 6]);
});
