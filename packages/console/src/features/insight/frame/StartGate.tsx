import type { ReactNode } from "react";
import { useText } from "../../../app/i18n.ts";
import { PageHeader } from "../../../ui/PageHeader.tsx";
import { DelayedSkeleton } from "../../../ui/QueryView.tsx";
import { KINDS } from "./kinds.ts";
import type { StartFacts } from "./use-start-facts.ts";
import { useStartFacts } from "./use-start-facts.ts";

/** Waits for what the first question of an analysis is made of. */
export function StartGate({ kind, children }: { readonly kind: string; readonly children: (facts: StartFacts) => ReactNode }) {
  const text = useText();
  const facts = useStartFacts();
  if (facts !== undefined) return children(facts);
  return (
    <>
      <PageHeader title={text(KINDS.find((one) => one.kind === kind)?.label ?? "insight.analyses")} />
      <DelayedSkeleton shape={12} />
    </>
  );
}
