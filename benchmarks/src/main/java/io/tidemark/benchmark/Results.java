package io.tidemark.benchmark;

import java.util.ArrayList;
import java.util.Arrays;
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
        double[] values = runs(metric, side);
        return values.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(median(values));
    }

    /**
     * The median of ours / theirs, run by run where both sides have as many: what slows the machine
     * for a while slows both sides of a run. Else the ratio of the medians.
     */
    OptionalDouble ratio(String metric, String side, String peerMetric, String peer) {
        double[] ours = runs(metric, side);
        double[] theirs = runs(peerMetric, peer);
        if (ours.length == 0 || theirs.length == 0) {
            return OptionalDouble.empty();
        }
        if (ours.length != theirs.length) {
            return OptionalDouble.of(median(ours) / median(theirs));
        }
        double[] ratios = new double[ours.length];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = ours[i] / theirs[i];
        }
        return OptionalDouble.of(median(ratios));
    }

    /** The values of a metric in the order of the runs. */
    private double[] runs(String metric, String side) {
        return measurements.stream()
                .filter(each -> each.metric().equals(metric) && each.side().equals(side))
                .mapToDouble(Measurement::value)
                .toArray();
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
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
