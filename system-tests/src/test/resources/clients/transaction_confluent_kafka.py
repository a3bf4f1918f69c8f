# Begins a transaction with confluent-kafka (librdkafka), and prints what it is told.
import sys

from confluent_kafka import KafkaException, Producer

bootstrap = sys.argv[1]
producer = Producer({"bootstrap.servers": bootstrap, "transactional.id": "t"})
try:
    producer.init_transactions(60)
except KafkaException as refusal:
    error = refusal.args[0]
    print("fatal" if error.fatal() else "retriable" if error.retriable() else "final", error.str())
    sys.exit(3)
