// The floor: what the platform charges for a request that is answered without looking at it.
const NCCO = JSON.stringify([
  { action: "talk", text: "Welcome to the bench line.", language: "en-GB" },
]);
const init = { headers: { "content-type": "application/json" } };

export default {
  fetch() {
    return new Response(NCCO, init);
  },
};
