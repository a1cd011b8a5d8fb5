import { listPurposes } from "@terrace/contract/api/consent";
import { Select } from "antd";
import { useCall } from "../../app/api/use-call.ts";
import { useLanguage, useText } from "../../app/i18n.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";

type Props = {
  readonly value?: string;
  readonly onChange?: (purpose: string | undefined) => void;
  /** One must be chosen. */
  readonly isNeeded?: boolean;
};

/** Chooses a purpose of consent, or none for any. */
export function PurposeSelect({ value, onChange, isNeeded = false }: Props) {
  const text = useText();
  const isEnglish = useLanguage() === "en";
  const enabled = useMay()("people:read");
  const purposes = useCall(listPurposes, { params: useWorkspaceParams() }, { enabled });
  return (
    <Select<string>
      aria-label={text("governor.purpose")}
      allowClear={!isNeeded}
      placeholder={text(isNeeded ? "governor.purpose" : "governor.anyPurpose")}
      loading={purposes.isFetching}
      options={(purposes.data?.items ?? []).map(({ key, nameEn, nameZh }) => ({ value: key, label: isEnglish ? nameEn : nameZh }))}
      {...(value === undefined ? {} : { value })}
      onChange={(next: string | undefined) => onChange?.(next)}
    />
  );
}
