import {once} from 'node:events';
import {request, type IncomingMessage} from 'node:http';

// Sends a POST in two halves: the first at once, the second when standard input ends. Prints a line after the first half,
// and the answer as a line of JSON.

const [url = '', body = ''] = process.argv.slice(2);
const half = Math.floor(body.length / 2);
const headers = {'content-type': 'application/json', 'content-length': Buffer.byteLength(body)};
const sending = request(url, {method: 'POST', headers});
const answered = once(sending, 'response') as Promise<[IncomingMessage]>;

sending.write(body.slice(0, half));
await once(sending, 'socket');
process.stdout.write('half\n');
await once(process.stdin.resume(), 'end');
sending.end(body.slice(half));

const [{statusCode, headers: answerHeaders}] = await answered;
process.stdout.write(`${JSON.stringify({status: statusCode, headers: answerHeaders})}\n`);
process.exit(0);
