import { SMTPServer, type SMTPServerOptions } from "smtp-server";

/** A certificate of `mail.test` and `localhost` for tests alone, signed by itself, good for a hundred years. */
export const TEST_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBajCCAQ+gAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAltYWlsLnRl
c3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
CW1haWwudGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABBst8IZ4w82b3y/A
RjAlJ4TFTyPhprKlQRLuOaFuVNM954dyrRxIT8JkY6nhIazS5iQ1RYnWKwTZ6Xrs
Sqjdy5OjUDBOMB8GA1UdEQQYMBaCCW1haWwudGVzdIIJbG9jYWxob3N0MAwGA1Ud
EwQFMAMBAf8wHQYDVR0OBBYEFLnghMPBvjWsxmF9JK49OrBZRzeiMAoGCCqGSM49
BAMCA0kAMEYCIQCHJGuZT5vFGu/Bv77GLcdmztDzfnoh1wRC97WWzDQPdgIhAK0n
MCiFpflzpM9pYsyH8vm52X6K+oMeSmOFIIkmMdT1
-----END CERTIFICATE-----`;
const TEST_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgXd6Wzh0iICobJWyp
U91x8BVFb7Q/z838HbtN/KlzFnGhRANCAAQbLfCGeMPNm98vwEYwJSeExU8j4aay
pUES7jmhblTTPeeHcq0cSE/CZGOp4SGs0uYkNUWJ1isE2el67Eqo3cuT
-----END PRIVATE KEY-----`;

export type ReceivedMail = {
  readonly to: readonly string[];
  readonly secure: boolean;
  readonly user: string | undefined;
  readonly raw: string;
};
export type MailStandIn = {
  readonly port: number;
  readonly received: ReceivedMail[];
  /** The next letters are answered with these SMTP codes; then they are taken. */
  readonly refuseWith: number[];
  readonly stop: () => Promise<void>;
};

/** A real SMTP server for tests: user `ops`, password `tea`. */
export async function startMailStandIn(options: SMTPServerOptions = {}): Promise<MailStandIn> {
  const received: ReceivedMail[] = [];
  const refuseWith: number[] = [];
  const server = new SMTPServer({
    key: TEST_KEY,
    cert: TEST_CERTIFICATE,
    authOptional: true,
    onAuth: ({ username = "", password }, _session, done) =>
      username === "ops" && password === "tea" ? done(null, { user: username }) : done(new Error("wrong")),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const code = refuseWith.shift();
        if (code !== undefined) return done(Object.assign(new Error("not now"), { responseCode: code }));
        received.push({
          to: session.envelope.rcptTo.map(({ address }) => address),
          secure: session.secure,
          user: session.user,
          raw: Buffer.concat(chunks).toString("utf8"),
        });
        done();
      });
    },
    ...options,
  });
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    received,
    refuseWith,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
