import type { ReactNode } from "react";
import { Skeleton } from "antd";
import { useEffect, useState } from "react";
import { useText } from "../app/i18n.ts";
import { FaultAlert } from "./FaultAlert.tsx";

/** The part of a query a view needs. */
export type Loadable<Data> = {
  readonly data: Data | undefined;
  readonly error: unknown;
  readonly isFetching: boolean;
  readonly isPlaceholderData?: boolean;
  readonly refetch: () => unknown;
};

type QueryViewProps<Data> = {
  readonly query: Loadable<Data>;
  readonly children: (data: Data) => ReactNode;
  /** Rows of the loading shape, or a shape of its own. */
  readonly skeleton?: number | ReactNode;
};

/** Draws what a query has: its shape while loading (after 200 ms), the fault with a retry, or the data, dimmed while another answer is on its way. */
export function QueryView<Data>({ query, children, skeleton = 4 }: QueryViewProps<Data>) {
  if (query.data !== undefined)
    return <div className={query.isPlaceholderData === true ? "refetching" : "settled"}>{children(query.data)}</div>;
  if (query.error !== null && query.error !== undefined && !query.isFetching)
    return (
      <div className="query-fault">
        <FaultAlert error={query.error} onRetry={() => void query.refetch()} />
      </div>
    );
  return <DelayedSkeleton shape={skeleton} />;
}

/** A loading shape that waits 200 ms, so that quick answers do not flicker; its space is taken from the start. */
export function DelayedSkeleton({ shape }: { readonly shape: number | ReactNode }) {
  const text = useText();
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 200);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div
      className="delayed-skeleton"
      aria-busy="true"
      aria-label={text("common.loading")}
      style={{ visibility: late ? "visible" : "hidden" }}
    >
      {typeof shape === "number" ? <Skeleton active title={false} paragraph={{ rows: shape }} /> : shape}
    </div>
  );
}
