/** The real Worker under workerd, and a browser to use it with. */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before } from "node:test";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

export const root = resolve(import.meta.dirname, "../..");
export const out = join(import.meta.dirname, "out");
export const TOKEN = "an-admin-token-of-the-console-tests-0123456789";
/** Signs in once, as the link that `make dev` prints. */
export const SIGNIN_CODE = "a-sign-in-code-of-the-console-tests-0123456789";

export interface Worker {
  url: string;
  api: (path: string, init?: RequestInit) => Promise<Response>;
  /** Puts the documents of menus/ in force again. */
  reset: () => Promise<void>;
  stop: () => void;
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => done(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/** Starts `wrangler dev` in a folder of its own, with the documents of menus/. */
export async function startWorker(): Promise<Worker> {
  const build = existsSync(join(root, "build/index.js")) ? "build" : "build-faults";
  assert.ok(
    existsSync(join(root, `${build}/index.js`)),
    "the Worker is not built: use `make test`, or scripts/build first",
  );
  assert.ok(
    existsSync(join(root, "console/dist/index.html")),
    "the console is not built: scripts/console",
  );
  const folder = mkdtempSync(join(tmpdir(), "edge-ivr-console-"));
  let config = readFileSync(join(root, "wrangler.toml"), "utf8");
  const replace = (from: string, to: string) => {
    assert.ok(config.includes(from), `wrangler.toml has no ${from}`);
    config = config.replace(from, to);
  };
  replace('main = "build/', `main = "${root}/${build}/`);
  replace('command = "scripts/build"', "");
  for (const directory of ["console/dist", "console/none"]) {
    mkdirSync(join(root, directory), { recursive: true });
    replace(`directory = "${directory}"`, `directory = "${root}/${directory}"`);
  }
  replace('migrations_dir = "', `migrations_dir = "${root}/`);
  writeFileSync(join(folder, "wrangler.toml"), config);
  const secrets = {
    VONAGE_SIGNATURE_SECRET: "a-signature-secret-of-the-console-tests-01",
    STATE_KEY: "a-state-key-of-the-console-tests-0123456789",
    ADMIN_TOKEN: TOKEN,
    SIGNIN_CODE,
    MENU_CACHE_SECONDS: "1",
  };
  writeFileSync(
    join(folder, ".dev.vars"),
    Object.entries(secrets)
      .map(([name, value]) => `${name}="${value}"\n`)
      .join(""),
  );
  const documents = execFileSync(join(root, "scripts/documents"));
  writeFileSync(join(folder, "documents.json"), documents);
  const wrangler = join(root, "node_modules/.bin/wrangler");
  const run = (...words: string[]) =>
    execFileSync(wrangler, [...words, "--persist-to", "state"], {
      cwd: folder,
      stdio: "pipe",
      env: { ...process.env, CI: "1" },
    });
  run("d1", "migrations", "apply", "CALLS", "--local");
  run("kv", "bulk", "put", "documents.json", "--binding=MENUS", "--local");
  const port = await freePort();
  const words = ["dev", "--ip", "127.0.0.1", "--port", String(port)];
  words.push("--inspector-port", String(await freePort()), "--show-interactive-dev-session=false");
  words.push("--env=", "--persist-to", "state");
  // The shell waits for the end of its input, and that comes however this process ends.
  const guarded = `"$@" </dev/null & worker=$!; cat >/dev/null; kill $worker; wait $worker`;
  const child = spawn("sh", ["-c", guarded, "sh", wrangler, ...words], {
    cwd: folder,
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
    env: { ...process.env, WRANGLER_SEND_METRICS: "false" },
  });
  let log = "";
  child.stdout.on("data", (text) => (log += text));
  child.stderr.on("data", (text) => (log += text));
  const stop = () => {
    if (child.pid) {
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch {
        // It is gone already.
      }
    }
    rmSync(folder, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  const until = Date.now() + 180_000;
  for (;;) {
    const up = await fetch(`${url}/healthz`).then(
      (reply) => reply.ok,
      () => false,
    );
    if (up) break;
    if (child.exitCode !== null || log.includes("[ERROR]") || Date.now() >= until) {
      // A process that is left keeps the test's own from ending.
      stop();
      assert.fail(`wrangler dev did not come up:\n${log}`);
    }
    await new Promise((wait) => setTimeout(wait, 300));
  }
  const api = (path: string, init: RequestInit = {}) =>
    fetch(`${url}/api/${path}`, {
      ...init,
      headers: {
        authorization: `Bearer ${TOKEN}`,
        "content-type": "application/json",
        ...init.headers,
      },
    });
  const pairs = JSON.parse(documents.toString()) as { key: string; value: string }[];
  return {
    url,
    api,
    reset: async () => {
      for (const { key, value } of pairs) {
        const [kind, id] = key.split(":");
        const reply = await api(`${kind}s/${id}`, { method: "PUT", body: value });
        assert.ok(reply.ok, `${key}: ${reply.status} ${await reply.text()}`);
      }
    },
    stop,
  };
}

/** The Worker and the browser of a test file. */
export let worker: Worker;
export let browser: Browser;

/**
 * Starts both before the tests of a file, and ends them after the last. What else the tests need
 * is done by `prepare`: Node runs several `before` of a file side by side.
 */
export function withWorkerAndBrowser(prepare: () => Promise<void> = async () => {}): void {
  before(async () => {
    worker = await startWorker();
    browser = await startBrowser();
    await prepare();
  });
  after(async () => {
    await browser?.close();
    worker?.stop();
  });
}

async function startBrowser(): Promise<Browser> {
  const found = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
    (path) => existsSync(path),
  );
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? found ?? "chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

export interface Visit {
  page: Page;
  context: BrowserContext;
  /** What went wrong in the page: errors, and what the Content-Security-Policy refused. */
  troubles: string[];
  /** What was spoken. */
  spoken: () => Promise<string[]>;
  /** Fails when something went wrong. */
  close: () => Promise<void>;
}

export interface Looks {
  width?: number;
  height?: number;
  scheme?: "light" | "dark";
  /** Somebody who did not sign in yet. */
  stranger?: true;
}

/** A browser of its own, signed in. */
export async function visit(looks: Looks = {}): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: looks.width ?? 1440, height: looks.height ?? 900 },
    colorScheme: looks.scheme ?? "light",
    locale: "en-GB",
    timezoneId: "Europe/London",
    reducedMotion: "reduce",
  });
  const troubles: string[] = [];
  await context.exposeFunction("told", (what: string) => troubles.push(what));
  await context.addInitScript(() => {
    const said: string[] = [];
    Object.assign(window, { said });
    document.addEventListener("securitypolicyviolation", (event) => {
      const { told } = window as unknown as { told: (what: string) => void };
      told(`the policy refused ${event.blockedURI || event.sample} (${event.violatedDirective})`);
    });
    // No browser in a test has a voice.
    window.speechSynthesis.speak = (words) => void said.push(words.text);
    window.speechSynthesis.cancel = () => undefined;
  });
  const page = await context.newPage();
  page.on("pageerror", (error) => troubles.push(`${error.message}\n${error.stack}`));
  page.on("console", (message) => {
    // A refusal of the Worker is a reply like any other.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      troubles.push(message.text());
  });
  if (!looks.stranger) await signIn(context);
  page.setDefaultTimeout(20_000);
  return {
    page,
    context,
    troubles,
    spoken: () => page.evaluate(() => (window as unknown as { said: string[] }).said),
    close: async () => {
      await context.close();
      assert.deepEqual(troubles, []);
    },
  };
}

async function signIn(context: BrowserContext): Promise<void> {
  const reply = await context.request.post(`${worker.url}/api/session`, {
    data: { token: TOKEN },
    headers: {
      "content-type": "application/json",
      origin: worker.url,
      "sec-fetch-site": "same-origin",
    },
  });
  assert.ok(reply.ok(), `${reply.status()} ${await reply.text()}`);
}

export function keepPicture(from: string, to: string): void {
  copyFileSync(from, to);
}

mkdirSync(out, { recursive: true });
