// D1 and R2 for the parts of the bench that fill and read them: D1 is SQLite, as on Cloudflare, in
// the process of the storage, so its database time is nobody's CPU but its own; R2 accepts objects
// and forgets them. What both were asked is counted.
import { DurableObject } from "cloudflare:workers";

const none = () => ({ requests: 0, statements: 0, rows_read: 0, rows_written: 0, milliseconds: 0, times: [], bytes_in: 0, bytes_out: 0, most_rows_read: 0, objects: 0, object_bytes: 0 });
let counted = none();

export class Database extends DurableObject {
  /** Runs the statements of one request in one transaction, and says what D1 says. */
  async run(text) {
    const sql = this.ctx.storage.sql;
    const queries = JSON.parse(text);
    const began = performance.now();
    let read = 0;
    const results = this.ctx.storage.transactionSync(() =>
      [queries].flat().map(({ sql: statement, params = [] }) => {
        const cursor = sql.exec(statement, ...params);
        const rows = [...cursor.raw()];
        const meta = { served_by: "bench", duration: 0, changes: 0, last_row_id: 0, changed_db: cursor.rowsWritten > 0, size_after: sql.databaseSize, rows_read: cursor.rowsRead, rows_written: cursor.rowsWritten };
        counted.statements += 1;
        counted.rows_written += cursor.rowsWritten;
        read += cursor.rowsRead;
        return { success: true, results: { columns: cursor.columnNames, rows }, meta };
      }),
    );
    const took = performance.now() - began;
    counted.rows_read += read;
    counted.most_rows_read = Math.max(counted.most_rows_read, read);
    counted.milliseconds += took;
    counted.times.push(took);
    const answer = JSON.stringify(Array.isArray(queries) ? results : results[0]);
    counted.requests += 1;
    counted.bytes_in += text.length;
    counted.bytes_out += answer.length;
    return answer;
  }

  /** What has been counted since this was asked last, and the size of the database. */
  count() {
    const said = { ...counted, database_bytes: this.ctx.storage.sql.databaseSize };
    counted = none();
    return said;
  }

  /** Starts again with the tables of the migrations. */
  reset(migrations) {
    const sql = this.ctx.storage.sql;
    const tables = [...sql.exec("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_cf%' ESCAPE '\\'")];
    for (const { name } of tables) sql.exec(`DROP TABLE "${name}"`);
    sql.exec(migrations);
    counted = none();
  }
}

const database = (env) => env.DATABASE.get(env.DATABASE.idFromName("calls"));

/** `d1` binding: POST /query with one statement or a list. */
export const d1 = {
  async fetch(request, env) {
    try {
      const answer = await database(env).run(await request.text());
      return new Response(answer, { headers: { "content-type": "application/json" } });
    } catch (error) {
      return Response.json({ success: false, error: String(error) });
    }
  },
};

/** `r2Bucket` binding: a write is the metadata, so many bytes of it, then the object. */
export const r2 = {
  async fetch(request) {
    const body = await request.arrayBuffer();
    if (request.method !== "PUT") return new Response(null, { status: 404, headers: { "cf-r2-error": JSON.stringify({ version: 0, v4code: 10007, message: "no such object" }) } });
    const size = Number(request.headers.get("cf-r2-metadata-size"));
    const { object } = JSON.parse(new TextDecoder().decode(body.slice(0, size)));
    counted.objects += 1;
    counted.object_bytes += body.byteLength - size;
    const head = JSON.stringify({ name: object, version: "1", size: body.byteLength - size, etag: "0", uploaded: 0, httpFields: {}, customFields: [], checksums: {}, storageClass: "Standard" });
    return new Response(head, { headers: { "cf-r2-metadata-size": String(head.length), "content-type": "application/json" } });
  },
};

/** For the bench itself: GET /count, PUT /reset with the SQL of the migrations. */
export const counts = {
  async fetch(request, env) {
    if (request.method === "GET") return Response.json(await database(env).count());
    await database(env).reset(await request.text());
    return new Response();
  },
};
