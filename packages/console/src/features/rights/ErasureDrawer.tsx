import { Drawer } from "antd";
import { textOr, useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { FactRows } from "../../ui/FactRows.tsx";
import { CertificateButton, ErasureState, type Erasure } from "./ErasureState.tsx";

/** One erasure: who asked and why, how far it is, and what was removed where. */
export function ErasureDrawer({ erasure, onClose }: { readonly erasure: Erasure; readonly onClose: () => void }) {
  const text = useText();
  const format = useFormat();
  const facts: readonly (readonly [string, string])[] = [
    [text("rights.reason"), erasure.reason],
    [text("erasures.by"), erasure.requestedBy],
    [text("erasures.requested"), format.tableTime(erasure.requestedAt)],
    [text("erasures.finished"), erasure.finishedAt === null ? "" : format.tableTime(erasure.finishedAt)],
    [text("erasures.people"), format.count(erasure.people)],
    [text("erasures.ids"), format.count(erasure.ids)],
  ];
  const removed = erasure.removed
    .filter(({ count }) => count > 0)
    .map(
      ({ store, what, count }) =>
        [`${textOr(`rights.holder.${store}`, store)} · ${textOr(`rights.removed.${what}`, what)}`, format.count(count)] as const,
    );
  return (
    <Drawer
      open
      size={480}
      onClose={onClose}
      title={text("erasures.detail", { number: erasure.id })}
      extra={<CertificateButton erasure={erasure} />}
    >
      <div className="stack">
        <div>
          <ErasureState erasure={erasure} />
        </div>
        <FactRows rows={facts.filter(([, value]) => value !== "")} />
        <section>
          <h3>{text("erasures.removed")}</h3>
          <FactRows rows={removed} />
        </section>
      </div>
    </Drawer>
  );
}
