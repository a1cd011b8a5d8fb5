import type { FormInstance } from "antd";
import { Form, Modal } from "antd";
import type { ReactNode } from "react";
import { useText } from "../app/i18n.ts";
import { FaultAlert } from "./FaultAlert.tsx";

type FormModalProps<Fields> = {
  readonly title: string;
  readonly okText: string;
  readonly busy: boolean;
  readonly onSubmit: (fields: Fields) => void;
  readonly onClose: () => void;
  readonly initialValues?: Partial<Fields>;
  /** Given by who must look into the form while it is filled in. */
  readonly form?: FormInstance<Fields>;
  readonly width?: number;
  /** What it asks for cannot be taken back. */
  readonly danger?: boolean;
  /** Why what was asked for was refused, told below the fields; null while nothing was. */
  readonly error?: unknown;
  readonly children: ReactNode;
};

/** A dialogue that asks for a few fields: shown as long as it is drawn, submitted once they are right. */
export function FormModal<Fields extends object>(props: FormModalProps<Fields>) {
  const { title, okText, busy, onSubmit, onClose, initialValues, width = 420, danger = false, error = null, children } = props;
  const text = useText();
  const [form] = Form.useForm<Fields>(props.form);
  return (
    <Modal
      open
      title={title}
      okText={okText}
      cancelText={text("common.cancel")}
      okButtonProps={{ danger }}
      confirmLoading={busy}
      onOk={() => form.submit()}
      onCancel={onClose}
      width={width}
    >
      <Form<Fields>
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={onSubmit}
        {...(initialValues === undefined ? {} : { initialValues })}
      >
        {children}
        {error === null ? null : <FaultAlert error={error} />}
      </Form>
    </Modal>
  );
}
