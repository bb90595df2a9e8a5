/** The Worker's `/api`, and nothing besides. What it replies is described in replies.ts. */
import type { Finding, Refusal } from "./replies";

export class ApiError extends Error {
  constructor(
    readonly status: number,
    title: string,
    readonly detail: string,
    readonly findings: Finding[] = [],
  ) {
    super(title);
  }
}

export interface Reply<T> {
  body: T;
  version: string | null;
}

interface Options {
  method?: string;
  body?: string;
  ifMatch?: string | null;
}

const GET = {
  headers: { accept: "application/json" },
  // Cloudflare Access answers an ended session with a redirect to its own origin.
  redirect: "manual",
} as const;

/** What was asked before the code that needs it was there. */
const early = new Map<string, Promise<Response | null>>();

/** Asks now for what `ask` will be asked for soon. */
export function askEarly(path: string): void {
  early.set(
    path,
    fetch(`/api/${path}`, GET).catch(() => null),
  );
  // What nobody took by then is old.
  setTimeout(() => early.delete(path), 10_000);
}

/** Somebody else must sign in: told to whoever shows the page. */
export const SIGNED_OUT = "console:signed-out";

export async function ask<T>(path: string, options: Options = {}): Promise<Reply<T>> {
  const headers: Record<string, string> = { ...GET.headers };
  if (options.body !== undefined) headers["content-type"] = "application/json";
  if (options.ifMatch) headers["if-match"] = `"${options.ifMatch}"`;
  else if (options.ifMatch === null) headers["if-none-match"] = "*";
  let response: Response;
  try {
    const asked = options.method ? null : early.get(path);
    early.delete(path);
    const reply = await asked;
    // A refusal is asked for again: one may have signed in since.
    response = reply?.ok ? reply : await fetch(`/api/${path}`, { ...GET, ...options, headers });
  } catch {
    throw new ApiError(0, "No connection", "Check the network, then try again.");
  }
  if (response.type === "opaqueredirect" || response.status === 401) {
    window.dispatchEvent(new Event(SIGNED_OUT));
    throw new ApiError(401, "Signed out", "Sign in again. What you wrote is kept.");
  }
  const text = await response.text();
  let body: unknown = null;
  try {
    body = text === "" ? null : JSON.parse(text);
  } catch {
    throw new ApiError(response.status, "Not a reply of the Worker", text.slice(0, 200));
  }
  if (!response.ok) {
    const problem = (body ?? {}) as Partial<Refusal>;
    throw new ApiError(
      response.status,
      problem.title ?? `HTTP ${response.status}`,
      problem.detail ?? "",
      problem.findings,
    );
  }
  return {
    body: body as T,
    version: response.headers.get("etag")?.replace(/^W\//, "").replaceAll('"', "") ?? null,
  };
}

/** The text of a document as it was written, and its version. */
export async function askText(path: string): Promise<Reply<string>> {
  const response = await fetch(`/api/${path}`, { redirect: "manual" });
  if (!response.ok) throw new ApiError(response.status, "Not there", path);
  return {
    body: await response.text(),
    version: response.headers.get("etag")?.replaceAll('"', "") ?? null,
  };
}
