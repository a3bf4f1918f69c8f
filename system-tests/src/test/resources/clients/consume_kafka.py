# Reads records in a group with kafka-python, commits each, and prints the values.
import sys

from kafka import KafkaConsumer

bootstrap, group, topic, count = sys.argv[1:]
consumer = KafkaConsumer(
    topic,
    bootstrap_servers=bootstrap,
    group_id=group,
    auto_offset_reset="earliest",
    enable_auto_commit=False,
    max_poll_records=1,
    consumer_timeout_ms=60000,
)
read = 0
for record in consumer:
    print(record.value.decode(), flush=True)
    consumer.commit()
    read += 1
    if read == int(count):
        break
consumer.close()
