import { App } from "antd";
import { useCallback } from "react";
import { ApiFault } from "../app/api/api-fault.ts";
import { textOr, useText } from "../app/i18n.ts";

/** Says a fault in the operator's language: by its code, else with the server's own words. */
export function useFaultText(): (error: unknown) => string {
  const text = useText();
  return useCallback(
    (error) => {
      if (!(error instanceof ApiFault)) return text("fault.generic", { message: error instanceof Error ? error.message : String(error) });
      const usual = textOr(`fault.${error.code}`, text("fault.generic", { message: error.mend ?? error.message }), error.details);
      // Some codes say which of several reasons it was.
      const { reason } = error.details;
      const said = reason === undefined ? usual : textOr(`fault.${error.code}.${String(reason)}`, usual, error.details);
      // A conflict is about how things stand and not about what was entered.
      return error.field === undefined || error.status === 409 ? said : `${said} (${error.field})`;
    },
    [text],
  );
}

/** Shows the fault of an action as a short message at the top of the page. */
export function useFaultMessage(): (error: unknown) => void {
  const { message } = App.useApp();
  const faultText = useFaultText();
  return useCallback((error) => void message.error(faultText(error)), [message, faultText]);
}

/** A sentence without its full stop, to go into a longer text. */
export function withoutStop(sentence: string): string {
  return sentence.replace(/[.。]$/u, "");
}
