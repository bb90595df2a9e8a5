// The job of a webhook by hand in plain JavaScript, in as few lines as it takes: no framework, no
// SDK, documents remembered for a minute. It does what the Hono peer does, and leaves out the same.
import { createHash, createHmac, timingSafeEqual } from "node:crypto";

const REMEMBER_MS = 60_000;
const remembered = new Map();
const JSON_TYPE = { headers: { "content-type": "application/json" } };

async function read(env, key) {
  const known = remembered.get(key);
  if (known && known.until > Date.now()) return known.document;
  const document = await env.MENUS.get(key, { type: "json", cacheTtl: 60 });
  remembered.set(key, { document, until: Date.now() + REMEMBER_MS });
  return document;
}

const sha256 = (text) => createHash("sha256").update(text).digest("hex");

/** Signature, issuer, age, and that what came is what was signed. */
function isSigned(request, env, signed) {
  const [head, body, given] = (request.headers.get("authorization") ?? "").slice(7).split(".");
  if (!given) return false;
  const right = createHmac("sha256", env.VONAGE_SIGNATURE_SECRET).update(`${head}.${body}`).digest();
  const signature = Buffer.from(given, "base64url");
  if (signature.length !== right.length || !timingSafeEqual(signature, right)) return false;
  const claims = JSON.parse(Buffer.from(body, "base64url"));
  return claims.iss === "Vonage" && Math.abs(Date.now() / 1000 - claims.iat) <= 300 && claims.payload_hash === sha256(signed);
}

const event = (type, data, raw, more) => ({
  specversion: "1.0",
  id: sha256(type + raw),
  source: "/vonage/voice",
  type,
  subject: data.uuid,
  time: data.timestamp ?? new Date().toISOString(),
  datacontenttype: "application/json",
  receivedat: new Date().toISOString(),
  conversation: data.conversation_uuid,
  data: more ?? { ...data, raw },
});

/** What a caller hears at a node, and where the next key press goes. */
function ncco(env, menu, id, at) {
  const { kind, prompt, to, ring } = menu.nodes[at];
  const talk = { action: "talk", text: prompt, bargeIn: kind === "menu", ...menu.voice };
  if (kind === "menu") return [talk, { action: "input", type: ["dtmf"], dtmf: { maxDigits: 1, timeOut: 5 }, eventUrl: [`${env.PUBLIC_URL}/webhooks/input?menu=${id}&node=${at}`] }];
  if (kind === "connect") return [talk, { action: "connect", timeout: ring, endpoint: [{ type: "phone", number: to[0] }] }];
  return [talk];
}

const send = (env, body) => env.EVENTS.send(JSON.stringify(body), { contentType: "text" });
const log = (route, status, type, data) => console.log(JSON.stringify({ route, status, outcome: "ok", type, leg: data.uuid, conversation: data.conversation_uuid, us: 0 }));

export default {
  async fetch(request, env, context) {
    const { pathname, searchParams } = new URL(request.url);
    const isGet = request.method === "GET";
    const body = isGet ? JSON.stringify(Object.fromEntries(searchParams)) : await request.text();
    if (!isSigned(request, env, body)) return new Response("bad signature", { status: 401 });
    const data = JSON.parse(body);
    if (pathname === "/webhooks/event") {
      const type = `vonage.voice.${data.status}`;
      await send(env, event(type, data, body));
      log(pathname, 200, type, data);
      return new Response(null);
    }
    const isAnswer = pathname === "/webhooks/answer";
    const type = isAnswer ? "vonage.voice.answer" : "vonage.voice.input";
    const id = isAnswer ? (await read(env, `number:${data.to}`)).menu : searchParams.get("menu");
    const menu = await read(env, `menu:${id}`);
    const from = isAnswer ? menu.start : searchParams.get("node");
    const choice = isAnswer ? from : menu.nodes[from].choices[data.dtmf.digits];
    const target = choice?.then ?? choice ?? from;
    const step = { menu: id, node: from, cause: isAnswer ? "answer" : "key", target };
    context.waitUntil(send(env, [event(type, data, body), event("ivr.step", data, body, step)]));
    log(pathname, 200, type, data);
    return new Response(JSON.stringify(ncco(env, menu, id, target)), JSON_TYPE);
  },
};
