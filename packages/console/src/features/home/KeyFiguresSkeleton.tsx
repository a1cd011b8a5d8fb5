import { Skeleton } from "antd";

/** The shape of the key figures while they load. */
export function KeyFiguresSkeleton() {
  return (
    <div className="key-figures">
      {[0, 1, 2, 3, 4].map((i) => (
        <div key={i} className="panel key-figure">
          <Skeleton active title={{ width: "40%" }} paragraph={{ rows: 2, width: ["60%", "80%"] }} />
        </div>
      ))}
    </div>
  );
}
