// The rate limit binding. On Cloudflare it is a counter in the same machine, not a call over the
// network; here it is one in the same isolate. The bench stays under every limit: it always allows.
class Ratelimit {
  #counts = new Map();

  async limit({ key = "" } = {}) {
    const count = (this.#counts.get(key) ?? 0) + 1;
    if (this.#counts.size > 10_000) this.#counts.clear();
    this.#counts.set(key, count);
    return { success: true };
  }
}

export default () => new Ratelimit();
