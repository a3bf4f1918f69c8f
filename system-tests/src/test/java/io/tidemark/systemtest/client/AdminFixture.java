package io.tidemark.systemtest.client;

import io.tidemark.systemtest.broker.Broker;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A broker, and Kafka's AdminClient, a new one for each test. */
abstract class AdminFixture {
    final Broker broker;
    Admin admin;

    AdminFixture(Broker broker) {
        this.broker = broker;
        this.admin = Clients.admin(broker);
    }

    @BeforeEach
    void openAdmin() {
        admin.close();
        admin = Clients.admin(broker);
    }

    @AfterEach
    void closeAdmin() {
        admin.close();
    }
}
