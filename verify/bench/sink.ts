import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import {buffer} from 'node:stream/consumers';
import {addTo, countSpans, type SpanCounts} from './spans.ts';

// A trace collector. It answers each message with the number of spans that it got since the message before.
let counts: SpanCounts = {};

process.on('message', () => {
  process.send?.(counts);
  counts = {};
});
process.once('disconnect', () => process.exit());

createServer((request, response) => void take(request, response)).listen(Number(process.env['PORT']), '127.0.0.1');

async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
  addTo(counts, countSpans(await buffer(request)));
  response.writeHead(200, {'content-type': 'application/x-protobuf'}).end();
}
