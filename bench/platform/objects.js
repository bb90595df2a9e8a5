// Calls objects of the Worker beside it, each by a name of its own: POST / with the numbers from and
// to, half of them of either class. GET asks for the Worker's memory.
const AT_ONCE = 20;

export default {
  async fetch(request, env) {
    if (request.method === "GET") return env.MEMORY.fetch(request);
    const { from, to } = await request.json();
    // What they answer at once, and without having been asked anything before: nothing waits; no
    // versions are known.
    const cheap = [
      [env.OUTBOX, "", "PUT"],
      [env.LIBRARY, "history/menu:none", "GET"],
    ];
    let next = from;
    const call = async () => {
      while (next < to) {
        const [namespace, path, method] = cheap[next % 2];
        const id = namespace.idFromName(`object-${next++}`);
        const response = await namespace.get(id).fetch(`https://object/${path}`, { method });
        const said = await response.text();
        if (!response.ok) throw new Error(`an object said ${response.status}: ${said}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, call));
    return new Response("ok");
  },
};
