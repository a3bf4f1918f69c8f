package io.tidemark.demo;

/**
 * One flight.
 *
 * @param number its place in the data set, from 0
 * @param date scheduled departure, local time, as {@code 2001-01-01T06:55}
 * @param delayMinutes at arrival; negative where early
 * @param distanceMiles between the airports
 * @param origin IATA code; the record's key
 * @param destination IATA code
 */
record Flight(
        int number,
        String date,
        int delayMinutes,
        int distanceMiles,
        String origin,
        String destination) {

    /** The record's value. Nothing in the data set needs escaping. */
    String json() {
        return "{\"flight\":%d,\"date\":\"%s\",\"origin\":\"%s\",\"destination\":\"%s\",\"delay\":%d,\"distance\":%d}"
                .formatted(number, date, origin, destination, delayMinutes, distanceMiles);
    }
}
