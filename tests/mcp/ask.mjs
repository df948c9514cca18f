/* Asks `driftline mcp` through the official client. One line of JSON on standard input says how it is started and what is
 * asked: {command, arguments, environment, questions: [{name, arguments}]}; the answers go to standard output, as JSON:
 * {server, instructions, tools, answers: [{result} or {error}]}. */
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';
import path from 'node:path';

const require = createRequire(path.join(process.env.DRIFTLINE_NPM_TOOLS, 'node_modules', 'x'));
const load = async (name) => import(pathToFileURL(require.resolve(`@modelcontextprotocol/sdk/${name}`)));
const {Client} = await load('client/index.js');
const {StdioClientTransport} = await load('client/stdio.js');

let text = '';
for await (const piece of process.stdin) text += piece;
const wishes = JSON.parse(text);

const transport = new StdioClientTransport({
  command: wishes.command, args: wishes.arguments, env: {...process.env, ...wishes.environment}, stderr: 'inherit',
});
const client = new Client({name: 'driftline-tests', version: '1'});
await client.connect(transport);
await client.ping();
const {tools} = await client.listTools();
const answers = [];
for (const question of wishes.questions) {
  try {
    answers.push({result: await client.callTool(question)});
  } catch (error) {
    answers.push({error: {code: error.code, message: error.message}});
  }
}
console.log(JSON.stringify({
  server: client.getServerVersion(), instructions: client.getInstructions(), tools, answers,
}));
await client.close();
