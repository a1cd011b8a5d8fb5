import type { LinkKind } from "@terrace/domain/messages/link-token";

/** Beginnings of the public addresses that stand in messages: as short as they can be. */
const FOLDERS: Readonly<Record<LinkKind, string>> = { unsubscribe: "u", preferences: "p", confirm: "v", click: "c", open: "o" };

export function pathOf(kind: LinkKind, token: string): string {
  return `/m/${FOLDERS[kind]}/${token}${kind === "open" && token !== "" ? ".gif" : ""}`;
}
