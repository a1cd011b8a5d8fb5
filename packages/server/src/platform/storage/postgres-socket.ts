import { Socket } from "node:net";

/**
 * The socket of a connection as the driver can bear losing it. The driver takes an error for one thing and the close that follows for another; what is
 * asked in between is noted as sent and answered by whatever the connection that takes its place answers first. This socket tells of both in one go.
 */
class ClosingAtOnce extends Socket {
  #error: unknown;

  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (event === "error") {
      this.#error = args[0];
      return true;
    }
    if (event === "close" && this.#error !== undefined) super.emit("error", this.#error);
    return super.emit(event, ...args);
  }
}

/** Where the driver is about to connect to. */
export type SocketAsked = { readonly host: readonly string[]; readonly port: readonly number[]; readonly path: string | false };

/** Makes sockets for a pool: of several hosts each in its turn. What is written before it is connected waits in it. */
export function createSockets(): (asked: SocketAsked) => Socket {
  let next = 0;
  return ({ host, port, path }) => {
    const socket = new ClosingAtOnce();
    if (path !== false) return socket.connect(path);
    const place = next++ % host.length;
    const name = host[place] ?? "localhost";
    // The driver checks a certificate against it.
    return Object.assign(socket.connect(port[place] ?? 5432, name), { host: name });
  };
}
