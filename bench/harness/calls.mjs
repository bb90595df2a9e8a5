// What Vonage would send: webhooks about calls that do not exist, signed as Vonage signs them
// (a JWT, HS256, with the hash of the body or of the query in it).
import { createHash, createHmac } from "node:crypto";
import http from "node:http";

export const SECRET = "bench-signature-secret-0123456789abcdef";
export const PUBLIC_URL = "https://ivr.example.com";

const API_KEY = "abcd1234";
const APPLICATION = "78d335fa-323d-0114-9c3d-d6f0d48968cf";

const base64url = (value) => Buffer.from(value).toString("base64url");
const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const HEADER = base64url(JSON.stringify({ alg: "HS256", typ: "JWT" }));

/** Hex digits that look drawn and are the same in every run. */
const digits = (seed, length) => sha256(`bench ${seed}`).slice(0, length);
function uuid(seed) {
  const hex = digits(seed, 32);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

function token(signed, seed) {
  const claims = {
    iat: Math.floor(Date.now() / 1000),
    jti: uuid(`jti ${seed}`),
    iss: "Vonage",
    payload_hash: sha256(signed),
    api_key: API_KEY,
    application_id: APPLICATION,
  };
  const input = `${HEADER}.${base64url(JSON.stringify(claims))}`;
  return `${input}.${createHmac("sha256", SECRET).update(input).digest("base64url")}`;
}

/** One call: who rang, whom, and the ids of its leg and conversation. */
export function call(index, to) {
  return {
    region_url: "https://api-eu-3.vonage.com",
    from: `4477009${String(index % 100000).padStart(5, "0")}`,
    to,
    uuid: digits(`leg ${index}`, 32),
    conversation_uuid: `CON-${uuid(`conversation ${index}`)}`,
    endpoint_type: "phone",
  };
}

/** The four statuses of an ordinary inbound call, in their order. */
export function statuses({ from, to, uuid: leg, conversation_uuid }, index) {
  const at = (seconds) => new Date(Date.UTC(2026, 10, 21, 12) + index * 1000 + seconds * 1000).toISOString();
  const common = { headers: {}, from, to, uuid: leg, conversation_uuid };
  return [
    { ...common, status: "started", direction: "inbound", timestamp: at(0) },
    { ...common, status: "ringing", direction: "inbound", timestamp: at(0) },
    { ...common, start_time: null, rate: null, status: "answered", direction: "inbound", network: null, timestamp: at(1) },
    {
      ...common, end_time: at(42), network: "GB-FIXED", duration: "41", start_time: at(1), rate: "0.00450000",
      price: "0.00307500", status: "completed", direction: "inbound", disconnected_by: "user", sip_code: 200, timestamp: at(42),
    },
  ];
}

/** A key press. */
export function press({ from, to, uuid: leg, conversation_uuid }, key, index) {
  return {
    speech: { results: [] },
    dtmf: { digits: key, timed_out: false },
    from,
    to,
    uuid: leg,
    conversation_uuid,
    timestamp: new Date(Date.UTC(2026, 10, 21, 12) + index * 1000).toISOString(),
  };
}

// What Cloudflare adds before a Worker sees a request; a real one has them, so these have them too.
const EDGE_HEADERS = [
  "accept-encoding: gzip, br",
  "cf-connecting-ip: 216.147.0.17",
  "cf-ipcountry: GB",
  "cf-ray: 9a1f0c3b7d2e4f10-LHR",
  'cf-visitor: {"scheme":"https"}',
  "x-forwarded-for: 216.147.0.17",
  "x-forwarded-proto: https",
];

function request(method, target, signed, seed, body) {
  const headers = ["host: ivr.example.com", "user-agent: Apache-HttpAsyncClient/4.1", "accept: */*", ...EDGE_HEADERS, `authorization: Bearer ${token(signed, seed)}`];
  if (body !== undefined) headers.push("content-type: application/json", `content-length: ${Buffer.byteLength(body)}`);
  return { method, target, headers, body };
}

/** A webhook as POST with a JSON body. */
export function post(target, payload, seed = 0) {
  const body = JSON.stringify(payload);
  return request("POST", target, body, seed, body);
}

/** A webhook as GET: the hash is of the decoded parameters as one JSON object, in their order. */
export function get(target, payload, seed = 0) {
  const query = new URLSearchParams(payload).toString().replaceAll("+", "%20");
  return request("GET", `${target}?${query}`, JSON.stringify(payload), seed);
}

/** The same request with one digit changed after it was signed: what every verifier must refuse. */
export function tampered(request) {
  const change = (text) => text?.replace(/4477009/, "4477008");
  return { ...request, target: change(request.target), body: change(request.body) };
}

/** The bytes of the whole HTTP request. */
export const bytes = ({ method, target, headers, body = "" }) =>
  `${method} ${target} HTTP/1.1\r\n${headers.join("\r\n")}\r\n\r\n${body}`;

/** Sends one request to a server on this machine: on a connection of its own, or on one of `agent`'s. */
export function send(port, { method, target, headers, body }, agent = false) {
  return new Promise((resolve, reject) => {
    const pairs = headers.map((line) => line.split(/: (.*)/s).slice(0, 2));
    const sent = http.request({ host: "127.0.0.1", port, method, path: target, headers: Object.fromEntries(pairs), agent }, async (response) => {
      const parts = [];
      for await (const part of response) parts.push(part);
      resolve({ status: response.statusCode, body: Buffer.concat(parts).toString() });
    });
    sent.once("error", reject);
    sent.end(body);
  });
}
