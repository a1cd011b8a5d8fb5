import { Button } from "antd";
import type { ErrorInfo, ReactNode } from "react";
import { Component } from "react";
import { Notice } from "../../ui/Notice.tsx";
import { useText } from "../i18n.ts";

type Props = { readonly children: ReactNode };
type State = { readonly error: Error | undefined };

/** Catches a page that fails to draw, so that the navigation stays usable. */
export class PageBoundary extends Component<Props, State> {
  override state: State = { error: undefined };

  static getDerivedStateFromError(error: Error): State {
    return { error };
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    reportError(new Error(`${error.message}\n${info.componentStack ?? ""}`, { cause: error }));
  }

  override render(): ReactNode {
    return this.state.error === undefined ? this.props.children : <PageCrash error={this.state.error} />;
  }
}

/** What is shown in place of a page that failed. */
export function PageCrash({ error }: { readonly error: Error }) {
  const text = useText();
  return (
    <Notice
      title={text("crash.title")}
      body={
        <>
          {text("crash.body")}
          <br />
          <code>{error.message.slice(0, 200)}</code>
        </>
      }
      action={
        <Button type="primary" onClick={() => window.location.reload()}>
          {text("common.refresh")}
        </Button>
      }
    />
  );
}
