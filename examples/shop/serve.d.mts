/** Serves the shop; resolves with its address once it listens. Port 0 takes a free one. */
export function serveShop(settings: {
  readonly terrace: string;
  readonly key: string;
  readonly port: number;
}): Promise<{ readonly url: string; readonly close: () => void }>;
