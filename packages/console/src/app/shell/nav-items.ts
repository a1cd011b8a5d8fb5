import type { Permission } from "@terrace/domain/access/permissions";
import type { TextKey } from "../i18n.ts";

export type NavItem = { readonly path: string; readonly label: TextKey; readonly need?: Permission };
export type NavSection = {
  readonly key: string;
  readonly label: TextKey;
  readonly items: readonly NavItem[];
  /** The letter after `g`. */ readonly letter: string;
};

/** The sections of the console, by what an operator does; only what works is listed. */
export const NAV: readonly NavSection[] = [
  { key: "home", label: "nav.home", letter: "h", items: [{ path: "", label: "nav.home", need: "events:read" }] },
  {
    key: "insight",
    label: "nav.insight",
    letter: "i",
    items: [
      { path: "insight/dashboards", label: "nav.dashboards", need: "events:read" },
      { path: "insight/analyses", label: "nav.analyses", need: "events:read" },
      { path: "insight/metrics", label: "nav.metrics", need: "events:read" },
      { path: "insight/goals", label: "goals.title", need: "events:read" },
      { path: "insight/reports", label: "nav.reports", need: "events:read" },
      { path: "insight/alerts", label: "nav.alerts", need: "events:read" },
    ],
  },
  {
    key: "users",
    label: "nav.users",
    letter: "u",
    items: [
      { path: "people", label: "nav.people", need: "people:read" },
      { path: "segments", label: "nav.segments", need: "people:read" },
      { path: "lifecycle", label: "nav.lifecycle", need: "people:read" },
      { path: "computed-traits", label: "nav.computedTraits", need: "people:read" },
      { path: "tag-rules", label: "nav.tagRules", need: "people:read" },
      { path: "pyramids", label: "nav.pyramids", need: "people:read" },
      { path: "verification", label: "nav.verification", need: "people:read" },
      { path: "referrals", label: "nav.referrals", need: "people:read" },
      { path: "conflicts", label: "nav.conflicts", need: "people:read" },
      { path: "duplicates", label: "nav.duplicates", need: "people:read" },
      { path: "merges", label: "nav.merges", need: "people:read" },
    ],
  },
  {
    key: "experiments",
    label: "nav.experiments",
    letter: "e",
    items: [
      { path: "experiments", label: "nav.experimentList", need: "events:read" },
      { path: "experiments/flags", label: "nav.flags", need: "events:read" },
      { path: "experiments/holdouts", label: "nav.holdouts", need: "people:read" },
    ],
  },
  {
    key: "touch",
    label: "nav.touch",
    letter: "t",
    items: [
      { path: "touch/journeys", label: "nav.journeys", need: "events:read" },
      { path: "touch/broadcasts", label: "nav.broadcasts", need: "events:read" },
      { path: "touch/templates", label: "nav.templates", need: "events:read" },
      { path: "touch/messages", label: "nav.messages", need: "people:read" },
      { path: "touch/governor", label: "nav.governor", need: "events:read" },
      { path: "touch/channels", label: "nav.channels", need: "channels:manage" },
    ],
  },
  {
    key: "data",
    label: "nav.data",
    letter: "d",
    items: [
      { path: "data/sources", label: "nav.sources", need: "events:read" },
      { path: "data/events", label: "nav.events", need: "events:read" },
      { path: "data/visual-events", label: "nav.visual", need: "events:read" },
      { path: "data/quarantine", label: "nav.quarantine", need: "quarantine:read" },
      { path: "data/imports", label: "nav.imports", need: "events:read" },
      { path: "data/channel-figures", label: "nav.channelFigures", need: "events:read" },
      { path: "data/pulls", label: "nav.pulls", need: "imports:write" },
      { path: "data/receivers", label: "nav.receivers", need: "webhooks:manage" },
      { path: "data/webhooks", label: "nav.webhooks", need: "webhooks:manage" },
      { path: "data/exports", label: "nav.exports", need: "data:export" },
      { path: "data/feed", label: "nav.feed", need: "events:read" },
    ],
  },
  {
    key: "settings",
    label: "nav.settings",
    letter: ",",
    items: [
      { path: "settings/workspace", label: "nav.workspace" },
      { path: "settings/members", label: "nav.members", need: "members:manage" },
      { path: "settings/roles", label: "nav.roles", need: "members:manage" },
      { path: "settings/security", label: "nav.security", need: "workspace:manage" },
      { path: "settings/keys", label: "nav.keys", need: "keys:manage" },
      { path: "settings/privacy", label: "nav.privacy", need: "people:read" },
      { path: "settings/mail", label: "nav.mail", need: "workspace:manage" },
      { path: "settings/backups", label: "nav.backups", need: "workspace:manage" },
      { path: "settings/doctor", label: "nav.doctor", need: "workspace:manage" },
      { path: "settings/audit", label: "nav.audit", need: "audit:read" },
      { path: "settings/erasures", label: "nav.erasures", need: "people:erase" },
      { path: "settings/account", label: "nav.account" },
    ],
  },
];

/** Pages that are reached by search and links but stand in no section. */
export const LOOSE_PAGES: readonly NavItem[] = [{ path: "start", label: "nav.start", need: "events:read" }];

/** The sections with the pages a role may open; a section without any is left out. */
export function allowedSections(may: (permission: Permission) => boolean): readonly NavSection[] {
  return NAV.map((section) => ({ ...section, items: section.items.filter(({ need }) => need === undefined || may(need)) })).filter(
    ({ items }) => items.length > 0,
  );
}

/** The section and page an address inside a workspace belongs to: `people/42` → 用户, 用户列表; of pages within each other, the innermost. */
export function locate(path: string): { readonly section: NavSection; readonly item: NavItem } | undefined {
  return NAV.flatMap((section) => section.items.map((item) => ({ section, item })))
    .filter(({ item }) => item.path === path || (item.path !== "" && path.startsWith(`${item.path}/`)))
    .toSorted((a, b) => b.item.path.length - a.item.path.length)[0];
}

/** The part of an address after `/w/<workspace>/`. */
export function pathInWorkspace(pathname: string): string {
  return pathname.replace(/^\/w\/[^/]+\/?/, "");
}
