// Reads records in a group with kafkajs, commits each, and prints the values.
const { Kafka, logLevel } = require('kafkajs');

const [bootstrap, groupId, topic, count] = process.argv.slice(2);
const kafka = new Kafka({ clientId: 'test', brokers: [bootstrap], logLevel: logLevel.ERROR });
const consumer = kafka.consumer({ groupId });

async function run() {
  let read = 0;
  const enough = new Promise((resolve) => {
    consumer.connect()
      .then(() => consumer.subscribe({ topics: [topic], fromBeginning: true }))
      .then(() => consumer.run({
        autoCommit: false,
        eachMessage: async ({ partition, message }) => {
          if (read === Number(count)) {
            return;
          }
          console.log(message.value.toString());
          const offset = (BigInt(message.offset) + 1n).toString();
          await consumer.commitOffsets([{ topic, partition, offset }]);
          read += 1;
          if (read === Number(count)) {
            resolve();
          }
        },
      }));
  });
  await enough;
  await consumer.disconnect();
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
