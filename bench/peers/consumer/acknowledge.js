// A consumer that looks at nothing: what delivering a batch costs by itself.
export default {
  async queue(batch) {
    batch.ackAll();
  },
};
