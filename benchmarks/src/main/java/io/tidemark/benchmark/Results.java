package io.tidemark.benchmark;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** Every measurement of a run of the command, with medians. */
final class Results {
    private final List<Measurement> measurements = new ArrayList<>();

    void add(String metric, String side, String unit, double value) {
        measurements.add(new Measurement(metric, side, unit, value));
        System.out.printf(Locale.ROOT, "    %-9s %-34s %,12.2f %s%n", side, metric, value, unit);
    }

    OptionalDouble median(String metric, String side) {
        double[] values = values(metric, side);
        if (values.length == 0) {
            return OptionalDouble.empty();
        }
        int middle = values.length / 2;
        return OptionalDouble.of(
                values.length % 2 == 1
                        ? values[middle]
                        : (values[middle - 1] + values[middle]) / 2);
    }

    double[] values(String metric, String side) {
        return measurements.stream()
                .filter(each -> each.metric().equals(metric) && each.side().equals(side))
                .mapToDouble(Measurement::value)
                .sorted()
                .toArray();
    }

    String unit(String metric) {
        return measurements.stream()
                .filter(each -> each.metric().equals(metric))
                .map(Measurement::unit)
                .findFirst()
                .orElse("");
    }

    /** Metric and side of everything measured, in order, with all values. */
    Map<String, List<Measurement>> byMetric() {
        Map<String, List<Measurement>> all = new LinkedHashMap<>();
        measurements.forEach(
                each -> all.computeIfAbsent(each.metric(), metric -> new ArrayList<>()).add(each));
        return all;
    }
}
