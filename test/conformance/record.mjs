// node test/conformance/record.mjs <namesrv port> <broker port>: records the answers of Apache's servers anew.
import {importBundled} from '../../tools/node-bundle.mjs';

const {record} = await importBundled('conformance-record', 'test/conformance/record.ts', {
  sources: ['test/conformance'],
  alone: true,
});
const [namesrvPort, brokerPort] = process.argv.slice(2).map(Number);
await record(namesrvPort, brokerPort, 'test/fixtures/conformance/answers.ndjson.gz');
