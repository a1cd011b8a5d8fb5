import { expect, test } from "vitest";
import { READY_TEMPLATES } from "../../templates/ready/all.ts";
import { checkJourney } from "../check-journey.ts";
import { READY_JOURNEYS } from "./all.ts";

const templates = new Map(READY_TEMPLATES.map(({ key, channel }) => [`id of ${key}`, channel]));
const said = (language: "zh" | "en") => ({
  say: (words: { readonly zh: string; readonly en: string }) => words[language],
  template: (key: string) => `id of ${key}`,
});

test("each journey of the gallery may go live as it is taken, in either language", () => {
  expect(READY_JOURNEYS.map(({ key }) => key)).toEqual([
    "welcome_series",
    "first_purchase",
    "cart_reminder",
    "post_purchase_survey",
    "review_request",
    "birthday_gift",
    "churn_win_back",
    "membership_expiring",
  ]);
  const purposes = new Set(["marketing", "service"]);
  for (const { key, draw } of READY_JOURNEYS)
    for (const language of ["zh", "en"] as const)
      expect([key, checkJourney(draw(said(language)), { templates, purposes })]).toEqual([key, []]);
});

test("each names the templates it sends, and says everything in both languages", () => {
  for (const { key, templates: named, draw, name, description } of READY_JOURNEYS) {
    const sent = draw(said("en")).nodes.flatMap((node) => (node.kind === "message" ? [node.template] : []));
    expect([key, sent.toSorted()]).toEqual([key, named.map((one) => `id of ${one}`).toSorted()]);
    const chinese = draw(said("zh")).nodes.map((node) => node.name);
    const english = draw(said("en")).nodes.map((node) => node.name);
    for (const words of [...english, name.en, description.en]) expect(words).not.toMatch(/[\u4e00-\u9fff]/);
    for (const words of [...chinese, name.zh, description.zh]) expect(words === "" || /[\u4e00-\u9fff]/.test(words)).toBe(true);
  }
});
