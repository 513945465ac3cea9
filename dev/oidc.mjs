// A real OpenID provider for the tests: node dev/oidc.mjs PORT FOLDER
//
// FOLDER/people.json has the claims of each person by the name to sign in with, FOLDER/faults.json what is wrong with
// the answers. Both are read again for each request. A restart makes new keys, as a rotation does.
import { createPrivateKey, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Provider, { interactionPolicy } from "oidc-provider";

const [port, folder] = process.argv.slice(2);
const issuer = `http://localhost:${port}`;
const kid = randomBytes(8).toString("hex");

const stored = (name) => JSON.parse(readFileSync(join(folder, name), "utf8"));
const newKey = () => generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" });
const key = newKey();
const base64 = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

// Signs an ID token again with other claims, another key, or another algorithm.
function forged(token, { claims = {}, without = [], key: whose = "own", alg = "RS256", kid: named = kid }) {
  const payload = { ...JSON.parse(Buffer.from(token.split(".")[1], "base64url")), ...claims };
  without.forEach((name) => delete payload[name]);
  const input = `${base64({ alg, typ: "JWT", kid: named })}.${base64(payload)}`;
  if (alg === "none") return `${input}.`;
  const signer = createPrivateKey({ key: whose === "own" ? key : newKey(), format: "jwk" });
  return `${input}.${sign("sha256", Buffer.from(input), signer).toString("base64url")}`;
}

async function logoutSource(ctx, form) {
  ctx.body = `<!doctype html><html lang="en"><title>Provider</title><h1>Sign out of the provider?</h1>
${form}<button name="logout" value="yes" form="op.logoutForm">Yes</button></html>`;
}

// Native clients may use any port of the loopback interface (RFC 8252, 7.3).
const client = {
  application_type: "native",
  redirect_uris: ["http://127.0.0.1/sign-in/oidc/callback", "http://127.0.0.1/below/sign-in/oidc/callback"],
  post_logout_redirect_uris: ["http://127.0.0.1/sign-in", "http://127.0.0.1/below/sign-in"],
};
const policy = interactionPolicy.base();
policy.remove("consent");

const provider = new Provider(issuer, {
  clients: [
    { ...client, client_id: "dashboard", client_secret: "a secret: with signs, of the tests + more %" },
    { ...client, client_id: "public", token_endpoint_auth_method: "none" },
  ],
  jwks: { keys: [{ ...key, kid, use: "sig", alg: "RS256" }] },
  cookies: { keys: [randomBytes(32).toString("hex")] },
  claims: {
    email: ["email", "email_verified"],
    groups: ["groups", "realm_access"],
    profile: ["preferred_username", "name"],
  },
  scopes: ["openid", "profile", "email", "groups"],
  clockTolerance: 5,
  features: {
    devInteractions: { enabled: false },
    rpInitiatedLogout: { enabled: true, logoutSource },
    userinfo: { enabled: true },
  },
  interactions: { policy, url: (_ctx, { uid }) => `/login/${uid}` },
  ttl: { AccessToken: 300, AuthorizationCode: 60, Grant: 600, IdToken: 300, Interaction: 300, Session: 600 },
  findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...stored("people.json")[id] }) }),
  loadExistingGrant: async (ctx) => {
    const grant = new provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope("openid profile email groups");
    await grant.save();
    return grant;
  },
});

const LOGIN = `<!doctype html><html lang="en"><title>Provider</title><h1>Sign in at the provider</h1>
<form method="post"><label>Name <input name="login"></label><button>Continue</button></form>
<p><a href="?cancel">Cancel</a></p></html>`;

async function login(ctx) {
  const { req, res } = ctx;
  if (ctx.method === "POST") {
    let body = "";
    for await (const part of req) body += part;
    const accountId = new URLSearchParams(body).get("login");
    return provider.interactionFinished(req, res, { login: { accountId } });
  }
  if (ctx.querystring === "cancel") {
    const refused = { error: "access_denied", error_description: "<b>not today</b>" };
    return provider.interactionFinished(req, res, refused);
  }
  ctx.type = "html";
  ctx.body = LOGIN;
}

provider.use(async (ctx, next) => {
  console.log(ctx.method, ctx.path, ctx.get("Authorization").split(" ")[0] || "-");
  if (ctx.path.startsWith("/login/")) {
    await login(ctx);
    if (ctx.method === "POST" || ctx.querystring === "cancel") ctx.respond = false;
    return;
  }
  await next();
  const faults = stored("faults.json");
  const { status, body } = faults[ctx.path] ?? {};
  if (status) ctx.status = status;
  if (body !== undefined) ctx.body = typeof body === "object" ? { ...ctx.body, ...body } : body;
  if (faults.token && ctx.body?.id_token) ctx.body.id_token = forged(ctx.body.id_token, faults.token);
});

provider.listen(Number(port), "127.0.0.1");
