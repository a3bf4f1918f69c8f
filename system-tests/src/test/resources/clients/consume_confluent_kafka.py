# Reads records in a group with confluent-kafka (librdkafka), commits each, and prints the values.
import sys
import time

from confluent_kafka import Consumer

bootstrap, group, topic, count = sys.argv[1:]
consumer = Consumer(
    {
        "bootstrap.servers": bootstrap,
        "group.id": group,
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
    }
)
consumer.subscribe([topic])
read = 0
deadline = time.time() + 60
while read < int(count) and time.time() < deadline:
    record = consumer.poll(1.0)
    if record is None:
        continue
    if record.error():
        sys.exit(str(record.error()))
    print(record.value().decode(), flush=True)
    consumer.commit(record, asynchronous=False)
    read += 1
consumer.close()
