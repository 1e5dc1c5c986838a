// The work of a node, done with graphile-worker: pull all pages, queue every record as a job of its
// own, post each. Set up as its page on performance says is fastest: a local queue of 500 jobs,
// completions in batches, jobs added a page at a time, nothing logged for each job.
//
//     node pull_and_post.mjs DATABASE_URL PORT CONCURRENCY CLIENT
//
// CLIENT: "fetch", which Node.js has built in, or "pool", undici's pool below it, the fastest there is.
//
// Prints {"records", "seconds"}: from the first request of a page until every job is done and gone
// from the database.

import { Logger, makeWorkerUtils, run } from "graphile-worker";
import { Pool } from "undici";

const LOCAL_QUEUE = 500;
const POOL_SIZE = 12; // 10 or more is its advice; no task here takes a connection
const COMPLETIONS_MS = 0; // what gathers while a batch is on its way makes the next one

const [connectionString, port, concurrency, client] = process.argv.slice(2);
const silent = new Logger(() => () => {});
const preset = {
  worker: {
    connectionString,
    concurrentJobs: Number(concurrency),
    maxPoolSize: POOL_SIZE,
    localQueue: { size: LOCAL_QUEUE },
    completeJobBatchDelay: COMPLETIONS_MS,
    failJobBatchDelay: COMPLETIONS_MS,
    logger: silent,
  },
};
const http = new Pool(`http://127.0.0.1:${port}`, { connections: Number(concurrency) });

async function statusOf(method, path, headers, body) {
  if (client === "fetch") {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers, body });
    await answer.text();
    return answer.status;
  }
  const answer = await http.request({ method, path, headers, body });
  await answer.body.text();
  return answer.statusCode;
}

async function post(record, helpers) {
  const headers = {
    "content-type": "application/json",
    "webhook-id": `job_${helpers.job.id}`,
    "jellyfish-attempt": `1.${helpers.job.attempts}`,
  };
  const status = await statusOf("POST", "/orders", headers, JSON.stringify(record));
  if (status < 200 || status > 299) throw new Error(`status ${status}`);
}

async function pull(utils) {
  let records = 0;
  for (let page = "1"; page !== null; ) {
    const { body } = await http.request({ method: "GET", path: `/?page=${page}` });
    const answer = await body.json();
    await utils.addJobs(answer.items.map((payload) => ({ identifier: "post", payload })));
    records += answer.items.length;
    page = answer.next;
  }
  return records;
}

const utils = await makeWorkerUtils({ preset });
await utils.migrate();
const runner = await run({ preset, taskList: { post } });
let left = Infinity;
let done = 0;
let failed = null;
const finished = new Promise((resolve) => {
  runner.events.on("job:complete", () => {
    done += 1;
    if (done >= left) resolve();
  });
  runner.events.on("job:error", ({ error }) => {
    failed ??= error;
    resolve();
  });
});

const began = process.hrtime.bigint();
const records = await pull(utils);
left = records;
if (done < left) await finished;
await runner.stop(); // completions that are still gathered go out with it
const seconds = Number(process.hrtime.bigint() - began) / 1e9;
const remaining = await utils.withPgClient((client) =>
  client.query("SELECT count(*)::int AS n FROM graphile_worker.jobs"),
);
await utils.release();
await http.close();
if (failed !== null) throw failed;
if (remaining.rows[0].n !== 0) throw new Error(`${remaining.rows[0].n} jobs are left`);
console.log(JSON.stringify({ records, seconds }));
