// Begins a transaction with kafkajs, and prints what it is told.
const { Kafka, logLevel } = require('kafkajs');

const [bootstrap] = process.argv.slice(2);
const kafka = new Kafka({ clientId: 'test', brokers: [bootstrap], logLevel: logLevel.ERROR });
const producer = kafka.producer({ transactionalId: 't', idempotent: true, maxInFlightRequests: 1 });

async function run() {
  await producer.connect();
  await (await producer.transaction()).commit();
}

run().catch((error) => {
  console.log(error.retriable ? 'retriable' : 'final', error.message);
  process.exit(3);
});
