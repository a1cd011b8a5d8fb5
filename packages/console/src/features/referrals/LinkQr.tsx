import { QrcodeOutlined } from "@ant-design/icons";
import { Button, Modal, QRCode, Tooltip } from "antd";
import { useRef, useState } from "react";
import { useText } from "../../app/i18n.ts";
import { downloadBlob } from "../../ui/chart/chart-png.ts";
import { Code } from "../../ui/Code.tsx";

type LinkQrProps = { readonly code: string; readonly link: string };

/** The short link of a code as a picture to scan, to print and to pass on. */
export function LinkQr(props: LinkQrProps) {
  const text = useText();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Tooltip title={text("referrals.qr")}>
        <Button type="text" size="small" aria-label={text("referrals.qr")} icon={<QrcodeOutlined />} onClick={() => setOpen(true)} />
      </Tooltip>
      {open ? <QrModal {...props} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function QrModal({ code, link, onClose }: LinkQrProps & { readonly onClose: () => void }) {
  const text = useText();
  const box = useRef<HTMLDivElement>(null);
  const save = () => {
    const picture = box.current?.querySelector("svg");
    if (picture) downloadBlob(`${code}.svg`, new Blob([new XMLSerializer().serializeToString(picture)], { type: "image/svg+xml" }));
  };
  return (
    <Modal
      open
      title={text("referrals.qrOf", { code })}
      onCancel={onClose}
      width={380}
      footer={
        <Button type="primary" onClick={save}>
          {text("referrals.qrSave")}
        </Button>
      }
    >
      <div className="stack">
        <div ref={box} className="referral-qr">
          <QRCode type="svg" value={link} size={240} bordered={false} bgColor="#fff" color="#000" />
        </div>
        <Code text={link} label={text("referrals.copyLink")} />
      </div>
    </Modal>
  );
}
