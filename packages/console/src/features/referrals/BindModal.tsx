import { bindPeople } from "@terrace/contract/api/referral-codes";
import { getFigures, listTree } from "@terrace/contract/api/referral-tree";
import { getProgram } from "@terrace/contract/api/referrals";
import { IDENTITY_KINDS, type IdentityKind } from "@terrace/domain/identity/identity-kinds";
import { readPairs, type PairsRead } from "@terrace/domain/referrals/read-pairs";
import { Alert, Button, Checkbox, Form, Modal, Select, Upload } from "antd";
import { useState } from "react";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FaultAlert } from "../../ui/FaultAlert.tsx";
import { bindPairs, type Bound, type RefusedRow } from "./bind-pairs.ts";
import "./referrals.css";

const ROWS_SHOWN = 100;

type Props = { readonly programId: string; readonly onClose: () => void };

/** Says who was invited by whom, from a file. */
export function BindModal({ programId, onClose }: Props) {
  const text = useText();
  const { timeZone } = useFormat();
  const params = { ...useWorkspaceParams(), program: programId };
  const [kind, setKind] = useState<IdentityKind>("user_id");
  const [trusted, setTrusted] = useState(true);
  const [read, setRead] = useState<PairsRead | "unread">();
  const [bound, setBound] = useState<Bound>();
  const bind = useChange(bindPeople, [listTree, getFigures, getProgram]);
  const pairs = read === undefined || read === "unread" ? [] : read.pairs;
  const send = async () => {
    // What a part failed with stands in `bind.error`; what was sent before holds.
    await bindPairs({ pairs, kind, trusted, send: (body) => bind.mutateAsync({ params, body }), onPart: setBound }).catch(() => undefined);
  };
  return (
    <Modal
      open
      title={text("referrals.bind")}
      okText={text("referrals.bind")}
      cancelText={text("common.close")}
      okButtonProps={{ disabled: pairs.length === 0 || (bound !== undefined && bind.error === null) }}
      confirmLoading={bind.isPending}
      onOk={() => void send()}
      onCancel={onClose}
    >
      <div className="stack">
        <Form layout="vertical" component="div">
          <p className="muted">{text("referrals.bindNote")}</p>
          <Form.Item label={text("segments.idKind")}>
            <Select<IdentityKind>
              aria-label={text("segments.idKind")}
              value={kind}
              onChange={setKind}
              options={IDENTITY_KINDS.map((one) => ({ value: one, label: text(`identity.${one}`) }))}
            />
          </Form.Item>
          <Form.Item extra={text("referrals.bindTrustedNote")}>
            <Checkbox checked={trusted} onChange={({ target }) => setTrusted(target.checked)}>
              {text("referrals.bindTrusted")}
            </Checkbox>
          </Form.Item>
          <Upload
            accept=".csv,.txt,.tsv"
            maxCount={1}
            onRemove={() => setRead(undefined)}
            beforeUpload={(file) => {
              setBound(undefined);
              bind.reset();
              void file.text().then((csv) => setRead(readPairs(csv, timeZone) ?? "unread"));
              return false;
            }}
          >
            <Button>{text("referrals.bindFile")}</Button>
          </Upload>
        </Form>
        {read === undefined ? null : <WhatCame read={read} bound={bound} />}
        {bind.error === null ? null : <FaultAlert error={bind.error} />}
      </div>
    </Modal>
  );
}

/** What the file holds, then what came of it. */
function WhatCame({ read, bound }: { readonly read: PairsRead | "unread"; readonly bound: Bound | undefined }) {
  const text = useText();
  const format = useFormat();
  if (read === "unread") return <Alert type="error" showIcon title={text("referrals.bindUnread")} />;
  const refused = [...read.refused, ...(bound?.refused ?? [])];
  return (
    <div className="stack">
      <Alert
        type={bound === undefined ? "info" : "success"}
        showIcon
        title={
          bound === undefined
            ? text("referrals.bindRead", { pairs: format.count(read.pairs.length), refused: format.count(refused.length) })
            : text("referrals.bindDone", { taken: format.count(bound.taken), refused: format.count(refused.length) })
        }
      />
      {refused.length === 0 ? null : <Refused rows={refused} />}
    </div>
  );
}

function Refused({ rows }: { readonly rows: readonly RefusedRow[] }) {
  const text = useText();
  const format = useFormat();
  const hidden = rows.length - ROWS_SHOWN;
  return (
    <ul className="referral-refused">
      {rows.slice(0, ROWS_SHOWN).map(({ row, why }) => (
        <li key={row}>{text("referrals.bindRow", { row: format.count(row), why: text(`referrals.bindWhy.${why}`) })}</li>
      ))}
      {hidden > 0 ? <li className="muted">{text("referrals.bindMore", { more: format.count(hidden) })}</li> : null}
    </ul>
  );
}
