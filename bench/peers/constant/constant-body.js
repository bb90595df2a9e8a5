// The floor of any Worker that looks at a webhook: the body is read, and nothing done with it.
const NCCO = JSON.stringify([
  { action: "talk", text: "Welcome to the bench line.", language: "en-GB" },
]);
const init = { headers: { "content-type": "application/json" } };

export default {
  async fetch(request) {
    await request.text();
    return new Response(NCCO, init);
  },
};
