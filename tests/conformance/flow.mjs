// The whole flow through an official TypeScript client: translate, confirm in a form, wait, read, export.
//
//     node flow.mjs v1|v2 http URL
//     node flow.mjs v1|v2 stdio COMMAND [ARGUMENT...]
//
// Prints one JSON object of what happened; the test judges it.

const [era, transport, ...target] = process.argv.slice(2);
const asked = [];
const progress = [];

const modules = {
  v1: async () => ({
    ...(await import("@modelcontextprotocol/sdk/client/index.js")),
    ...(await import("@modelcontextprotocol/sdk/client/stdio.js")),
    ...(await import("@modelcontextprotocol/sdk/client/streamableHttp.js")),
    elicitation: (await import("@modelcontextprotocol/sdk/types.js")).ElicitRequestSchema,
  }),
  v2: async () => ({
    ...(await import("@modelcontextprotocol/client")),
    ...(await import("@modelcontextprotocol/client/stdio")),
    elicitation: "elicitation/create",
  }),
};

const sdk = await modules[era]();
const client = new sdk.Client({ name: `flow-${era}`, version: "1.0.0" }, { capabilities: { elicitation: {} } });
client.setRequestHandler(sdk.elicitation, async (request) => {
  asked.push(request.params.message);
  return { action: "accept", content: {} };
});

await client.connect(
  transport === "http"
    ? new sdk.StreamableHTTPClientTransport(new URL(target[0]))
    : new sdk.StdioClientTransport({ command: target[0], args: target.slice(1), env: process.env, stderr: "ignore" }),
);

async function call(name, args, options) {
  const request = { name, arguments: args };
  const reply = era === "v1" ? await client.callTool(request, undefined, options) : await client.callTool(request, options);
  if (reply.isError) throw new Error(`${name}: ${reply.content[0].text}`);
  return reply.structuredContent;
}

const { tools } = await client.listTools();
const translated = await call("translate_schema", { prompt: "300 orders with order id, total and status" });
const started = await call("start_generation", { schema: translated.schema, total_rows: 300, confirm: "require" });
const watching = { onprogress: (update) => progress.push(update.progress) };
const status = await call("job_status", { job_id: started.job_id, wait_seconds: 30 }, watching);
const page = await call("get_rows", { job_id: started.job_id, limit: 5 });
const exported = await call("export_job", { job_id: started.job_id, format: "csv" });
const resource = await client.readResource({ uri: `synthaix://jobs/${started.job_id}/schema` });
const refused = await client.callTool({ name: "job_status", arguments: { job_id: "nothing" } });
await client.close();

console.log(
  JSON.stringify({
    tools: tools.map((tool) => tool.name),
    asked,
    status,
    rows: page.rows,
    path: exported.path,
    columns: JSON.parse(resource.contents[0].text).columns.map((column) => column.name),
    refused: { isError: refused.isError, text: refused.content[0].text },
    progress,
  }),
);
