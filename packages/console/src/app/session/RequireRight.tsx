import type { Permission } from "@terrace/domain/access/permissions";
import type { ReactNode } from "react";
import { Notice } from "../../ui/Notice.tsx";
import { useText } from "../i18n.ts";
import { usePageTitle } from "../shell/page-title.ts";
import { rolesWith, useMay, useRoleName, useWorkspace } from "../workspace/workspace-context.ts";

/** Draws a page only for roles that may open it; others are told which roles can. */
export function RequireRight({ need, children }: { readonly need: Permission; readonly children: ReactNode }) {
  const may = useMay();
  return may(need) ? children : <NoRight need={need} />;
}

function NoRight({ need }: { readonly need: Permission }) {
  const text = useText();
  const { role, roleName } = useWorkspace();
  const nameOf = useRoleName();
  usePageTitle(text("noRight.title"));
  const roles = rolesWith(need)
    .map((one) => text(`role.${one}`))
    .join(", ");
  return <Notice title={text("noRight.title")} body={text("noRight.body", { role: nameOf(role, roleName), roles })} />;
}
