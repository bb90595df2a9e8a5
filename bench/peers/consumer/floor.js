// A consumer with the platform's part of the job alone: it reads the rows of a batch, writes as many
// bytes in as many statements, puts the file into the archive, and looks at nothing.
const READ = "SELECT json_array(n, conversation, part, revision, legs, terms, length(body), hex(body)) AS row FROM conversations WHERE n >= ?1 ORDER BY n LIMIT 10";
const WRITE = "SELECT length(?1) + length(?2) AS row";

export default {
  async queue(batch, env) {
    const lines = batch.messages.map(({ body }) => body);
    const put = env.ARCHIVE.put("events/floor.ndjson", `${lines.join("\n")}\n`, { httpMetadata: { contentType: "application/x-ndjson" } });
    const { results } = await env.CALLS.prepare(READ).bind(lines.length).all();
    const values = JSON.stringify(results.map(({ row }) => row));
    const statement = (text) => env.CALLS.prepare(WRITE).bind(text, 1);
    await env.CALLS.batch([statement(values), statement("[]"), statement("[]"), statement("[]"), statement("[]"), statement("[]")]);
    await put;
    for (const message of batch.messages) message.ack();
  },
};
