import type { ReactNode } from "react";
import type { Text } from "../../app/i18n.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { daysAgo } from "../../ui/format/dates.ts";
import type { Person } from "./answers.ts";

type Fact = { readonly key: string; readonly label: string; readonly value: string; readonly detail: ReactNode };

/** Below this many events a day, events a month say more. */
const RARE_PER_DAY = 0.5;
const YEAR_DAYS = 365;

function agoText(days: number, text: Text): string {
  if (days === 0) return text("person.today");
  return days < 2 * YEAR_DAYS ? text("person.daysAgo", { count: days }) : text("person.yearsAgo", { count: Math.floor(days / YEAR_DAYS) });
}

/** The strip of facts under the header. */
export function PersonFacts({ person }: { readonly person: Person }) {
  const text = useText();
  const format = useFormat();
  const since = daysAgo(person.lastSeenAt, { language: format.language, timeZone: format.timeZone, nowMs: Date.now() });
  const spanDays = Math.max(0, Math.round((Date.parse(person.lastSeenAt) - Date.parse(person.firstSeenAt)) / 86_400_000));
  const kinds = [...new Set(person.identities.map(({ kind }) => text(`identity.${kind}`)))];
  const latestTrait = person.traits
    .map(({ updatedAt }) => updatedAt)
    .toSorted()
    .at(-1);
  const perDay = person.eventCount / (spanDays + 1);
  const facts: readonly Fact[] = [
    {
      key: "events",
      label: text("person.factEvents"),
      value: format.figure(person.eventCount),
      detail:
        perDay >= RARE_PER_DAY
          ? text("person.factPerDay", { count: format.rate(perDay) })
          : text("person.factPerMonth", { count: format.rate(perDay * 30) }),
    },
    {
      key: "last",
      label: text("person.factLast"),
      value: since === undefined ? "—" : agoText(since, text),
      detail: format.tableTime(person.lastSeenAt),
    },
    {
      key: "first",
      label: text("person.factFirst"),
      value: format.day(person.firstSeenAt),
      detail: text("person.factSpan", { count: spanDays }),
    },
    {
      key: "identities",
      label: text("people.identities"),
      value: format.count(person.identityCount),
      detail: kinds.slice(0, 3).join(" · "),
    },
    {
      key: "traits",
      label: text("person.traits"),
      value: format.count(person.traits.length),
      detail: latestTrait === undefined ? text("common.none") : text("person.factUpdated", { time: format.day(latestTrait) }),
    },
    {
      key: "tags",
      label: text("people.tags"),
      value: format.count(person.tags.length),
      detail:
        person.tags
          .slice(0, 3)
          .map(({ tag }) => tag)
          .join(" · ") || text("common.none"),
    },
  ];
  return (
    <dl className="panel facts">
      {facts.map(({ key, label, value, detail }) => (
        <div key={key}>
          <dt>{label}</dt>
          <dd>{value}</dd>
          <dd className="fact-detail ellipsis">{detail}</dd>
        </div>
      ))}
    </dl>
  );
}
