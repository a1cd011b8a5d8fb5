import { App } from "antd";
import { useEffect } from "react";
import { useBlocker } from "react-router";
import { useText } from "../app/i18n.ts";

/** Asks before edits are dropped by leaving the page; `dirty` says whether there are any at that moment. */
export function useUnsavedGuard(dirty: () => boolean): void {
  const text = useText();
  const { modal } = App.useApp();
  const blocker = useBlocker(dirty);
  useEffect(() => {
    if (blocker.state !== "blocked") return;
    void modal.confirm({
      title: text("common.unsavedTitle"),
      okText: text("common.unsavedLeave"),
      cancelText: text("common.unsavedStay"),
      onOk: () => blocker.proceed(),
      onCancel: () => blocker.reset(),
    });
  }, [blocker, modal, text]);
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (dirty()) event.preventDefault();
    };
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [dirty]);
}
