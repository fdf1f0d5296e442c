package io.dta.node.metrics;

/**
 * A value of a label that needs an explanation of its own, such as a reason.
 *
 * @param label whose value it is
 * @param value as it is exposed
 * @param cause why it occurs, a sentence
 * @param remedy what to do, a sentence
 */
public record LabelValue(String label, String value, String cause, String remedy) {}
