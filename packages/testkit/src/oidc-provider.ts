import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Provider } from "oidc-provider";

/** What the provider says of one of its accounts, besides the login as its subject. */
export type ProviderAccount = {
  readonly email: string;
  readonly email_verified: boolean;
  readonly name?: string;
  readonly groups?: readonly string[];
};

export type TestProvider = {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Signs in at the provider as a browser would; answers the query it comes back to the console with. */
  readonly signIn: (url: string, login: string) => Promise<string>;
  readonly close: () => Promise<void>;
};

const CLIENT = { clientId: "terrace", clientSecret: "a-client-secret-of-the-provider" };

/** A real OpenID provider on this machine. Its form takes any of the logins, with any password; accounts may be changed while it runs. */
export async function startOidcProvider(accounts: Record<string, ProviderAccount>, redirectUri: string): Promise<TestProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A TCP server has an address with a port.
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.clientId,
        client_secret: CLIENT.clientSecret,
        token_endpoint_auth_method: "client_secret_post",
        redirect_uris: [redirectUri],
        response_types: ["code"],
        grant_types: ["authorization_code"],
      },
    ],
    cookies: { keys: ["a key for tests"] },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "groups"] },
    findAccount: (_context, login) => ({
      accountId: login,
      claims: () => Promise.resolve({ sub: login, ...accounts[login], groups: [...(accounts[login]?.groups ?? [])] }),
    }),
    // Nobody is asked to consent to their own company's console.
    loadExistingGrant: async (context) => {
      const { client, session, provider } = context.oidc;
      const grant = new provider.Grant({ clientId: client?.clientId ?? "", accountId: session?.accountId ?? "" });
      grant.addOIDCScope("openid email profile");
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  server.on("request", (request, response) => void answer(request, response));
  return {
    issuer,
    ...CLIENT,
    signIn: (url, login) => signIn(url, login, redirectUri),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

const STEPS_MAX = 12;

async function signIn(url: string, login: string, redirectUri: string): Promise<string> {
  const cookies = new Map<string, string>();
  let [at, form] = [url, undefined as URLSearchParams | undefined];
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(at, {
      redirect: "manual",
      headers: { cookie },
      ...(form === undefined ? {} : { method: "POST", body: form }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [name = "", value = ""] = (line.split(";", 1)[0] ?? "").split(/=(.*)/s);
      cookies.set(name, value);
    }
    const location = answer.headers.get("location");
    if (location !== null) {
      [at, form] = [new URL(location, at).href, undefined];
      if (at.startsWith(redirectUri)) return new URL(at).search.slice(1);
      continue;
    }
    const action = /action="([^"]+)"/.exec(await answer.text())?.[1];
    if (action === undefined) throw new Error(`the provider answered ${answer.status} at ${at}`);
    [at, form] = [new URL(action, at).href, new URLSearchParams({ prompt: "login", login, password: "any" })];
  }
  throw new Error("the provider never came back");
}
