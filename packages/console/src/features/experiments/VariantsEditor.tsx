import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { VARIANTS_MAX } from "@terrace/contract/api/insight-experiment";
import { Button, Input, InputNumber } from "antd";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { Panel } from "../../ui/Panel.tsx";
import type { ExperimentDraft, PartProps } from "./experiment-draft.ts";

/** The variants with their keys and weights; the first is what the others are compared with. */
export function VariantsEditor({ draft, edit, isLocked }: PartProps) {
  const text = useText();
  const share = useFormat().measure("share");
  const { variants } = draft;
  const isBandit = draft.allocation.kind === "bandit";
  const weights = variants.reduce((sum, { weight }) => sum + weight, 0);
  const change = (at: number, next: Partial<ExperimentDraft["variants"][number]>) =>
    edit({ variants: variants.map((variant, index) => (index === at ? { ...variant, ...next } : variant)) });
  return (
    <Panel title={text("experiments.variants")}>
      <p className="muted experiment-note">{text(isBandit ? "experiments.bandit.variantsNote" : "experiments.variantsNote")}</p>
      {variants.map(({ key, name, weight }, at) => (
        <div key={at} className="experiment-variant">
          <Input
            aria-label={`${text("experiments.variantName")} ${at + 1}`}
            maxLength={80}
            disabled={isLocked}
            value={name}
            onChange={({ target }) => change(at, { name: target.value })}
          />
          <Input
            aria-label={`${text("experiments.key")} ${at + 1}`}
            className="mono"
            maxLength={64}
            disabled={isLocked}
            value={key}
            onChange={({ target }) => change(at, { key: target.value })}
          />
          {isBandit ? null : (
            <>
              <InputNumber
                aria-label={`${text("experiments.weight")} ${at + 1}`}
                min={1}
                max={10_000}
                precision={0}
                disabled={isLocked}
                value={weight}
                onChange={(next) => change(at, { weight: next ?? 1 })}
              />
              <span className="muted small">{share.short(weight / weights)}</span>
            </>
          )}
          <Button
            type="text"
            icon={<CloseOutlined />}
            disabled={isLocked || variants.length <= 2}
            aria-label={text("experiments.takeOut", { name })}
            onClick={() => edit({ variants: variants.filter((_, index) => index !== at) })}
          />
        </div>
      ))}
      <div className="row-wrap">
        <Button
          icon={<PlusOutlined />}
          disabled={isLocked || variants.length >= VARIANTS_MAX}
          onClick={() =>
            edit({
              variants: [
                ...variants,
                { key: `variant-${variants.length + 1}`, name: `${text("experiments.variant")} ${variants.length + 1}`, weight: 1 },
              ],
            })
          }
        >
          {text("experiments.addVariant")}
        </Button>
      </div>
    </Panel>
  );
}
