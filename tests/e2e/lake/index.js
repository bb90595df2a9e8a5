// What a Cloudflare Pipeline is to the Worker bound to it: `send` over RPC takes rows, or throws.
// It hands them on to the test.
import { WorkerEntrypoint } from "cloudflare:workers";

export default class Pipeline extends WorkerEntrypoint {
  async send(rows) {
    const reply = await fetch(this.env.TEST_URL, { method: "POST", body: JSON.stringify(rows) });
    if (!reply.ok) throw new Error(`the pipeline takes nothing: ${reply.status}`);
  }
}
