import { useEffect, useRef } from "react";
import { useText } from "../../app/i18n.ts";
import { LoadMore } from "../../ui/LoadMore.tsx";

type Pages = { readonly hasNextPage: boolean; readonly isFetchingNextPage: boolean; readonly fetchNextPage: () => unknown };

/** The end of a list that loads its next page when it comes into view. */
export function TimelineEnd({ pages, loaded }: { readonly pages: Pages; readonly loaded: number }) {
  const text = useText();
  const mark = useRef<HTMLDivElement>(null);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  useEffect(() => {
    if (mark.current === null || !hasNextPage || isFetchingNextPage) return undefined;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting === true) void fetchNextPage();
      },
      { rootMargin: "300px" },
    );
    observer.observe(mark.current);
    return () => observer.disconnect();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, loaded]);
  return (
    <div ref={mark} aria-label={isFetchingNextPage ? text("common.loading") : undefined}>
      <LoadMore pages={pages} loaded={loaded} />
    </div>
  );
}
